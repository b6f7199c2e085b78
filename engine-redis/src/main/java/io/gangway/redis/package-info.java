/** The cluster bridge over Redis: lets the engines of several machines speak as one. */
@NullMarked
package io.gangway.redis;

import org.jspecify.annotations.NullMarked;

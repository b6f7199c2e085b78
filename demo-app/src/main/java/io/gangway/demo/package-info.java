/** The chat of the README, with a web page. */
@NullMarked
package io.gangway.demo;

import org.jspecify.annotations.NullMarked;

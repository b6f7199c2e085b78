/** The README's demo: a chat with a web page. */
@NullMarked
package io.gangway.demo;

import org.jspecify.annotations.NullMarked;

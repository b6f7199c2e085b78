/** What the engine costs: JMH measures it here. */
@NullMarked
package io.gangway.benchmarks;

import org.jspecify.annotations.NullMarked;

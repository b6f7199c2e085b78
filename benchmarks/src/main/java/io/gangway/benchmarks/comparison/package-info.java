/** The servers one after the other under the same loads, in rounds, and the report of it. */
@NullMarked
package io.gangway.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;

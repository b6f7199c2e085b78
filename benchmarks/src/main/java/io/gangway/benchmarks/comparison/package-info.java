/** Runs the servers one after the other under the same loads, in rounds, and writes the report. */
@NullMarked
package io.gangway.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;

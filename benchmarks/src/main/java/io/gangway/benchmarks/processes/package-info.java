/** Java processes with this class path, the cores they run on, and the machine's other activity. */
@NullMarked
package io.gangway.benchmarks.processes;

import org.jspecify.annotations.NullMarked;

/** Java processes of this class path, the cores they run on, and what the machine does meanwhile. */
@NullMarked
package io.gangway.benchmarks.processes;

import org.jspecify.annotations.NullMarked;

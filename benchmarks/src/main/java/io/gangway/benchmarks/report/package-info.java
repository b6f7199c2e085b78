/** A document of tables and charts, as Markdown and as one HTML file that needs nothing else. Knows nothing of servers. */
@NullMarked
package io.gangway.benchmarks.report;

import org.jspecify.annotations.NullMarked;

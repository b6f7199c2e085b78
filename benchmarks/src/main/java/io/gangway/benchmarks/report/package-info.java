/**
 * Writes a document of tables and charts as Markdown and as one self-contained HTML file. Knows nothing about servers.
 */
@NullMarked
package io.gangway.benchmarks.report;

import org.jspecify.annotations.NullMarked;

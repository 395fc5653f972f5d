/**
 * Results in, one HTML file out: {@link org.isoscope.report.Report} reads result directories and
 * writes a page that opens offline and asks no other file for anything. The page's markup, styles
 * and scripts lie beside this package as resources; the charts are drawn by Apache ECharts, inlined
 * from its WebJar. This is the only place where figures are rounded. Imports nothing of the project
 * but {@code org.isoscope.io} and {@code org.isoscope.results}.
 */
@NullMarked
package org.isoscope.report;

import org.jspecify.annotations.NullMarked;

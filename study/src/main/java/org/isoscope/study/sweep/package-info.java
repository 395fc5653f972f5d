/** Many trainings from one specification: the grid, the plan, the runs, what became of each. */
@NullMarked
package org.isoscope.study.sweep;

import org.jspecify.annotations.NullMarked;

/** How progress and results are told in a terminal. */
@NullMarked
package org.isoscope.cli.print;

import org.jspecify.annotations.NullMarked;

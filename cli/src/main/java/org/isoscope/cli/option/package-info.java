/** The options of the commands, checked where they alone can tell what is wrong. */
@NullMarked
package org.isoscope.cli.option;

import org.jspecify.annotations.NullMarked;

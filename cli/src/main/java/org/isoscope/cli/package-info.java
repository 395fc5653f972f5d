@NullMarked
package org.isoscope.cli;

import org.jspecify.annotations.NullMarked;

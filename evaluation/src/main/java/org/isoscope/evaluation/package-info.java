@NullMarked
package org.isoscope.evaluation;

import org.jspecify.annotations.NullMarked;

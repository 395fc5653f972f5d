@NullMarked
package org.isoscope.training;

import org.jspecify.annotations.NullMarked;

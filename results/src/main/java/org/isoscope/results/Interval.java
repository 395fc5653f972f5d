package org.isoscope.results;

/**
 * A 95 % interval of a figure.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record Interval(double low, double high) {}

package org.isoscope.spark;

import org.apache.spark.sql.SparkSession;

/** The session of this process that runs on two of its threads: one for all tests. */
final class TestSession {
  private TestSession() {}

  /** The session; begun where there is none. */
  static SparkSession local() {
    return settings(SparkSession.builder()).master("local[2]").getOrCreate();
  }

  /** What all tests want: few partitions, nothing to look at. */
  static SparkSession.Builder settings(SparkSession.Builder builder) {
    return builder
        .appName("isoscope")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1");
  }
}

package org.isoscope.report;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A part of the page. {@link Page} puts them in the order that the reader needs. */
interface Section {
  /** Names it in links, in the page's data, and its script. */
  String id();

  /** What it shows of these results; empty where they have nothing of it. */
  Optional<Content> of(List<Result> results);

  /**
   * What a section shows.
   *
   * @param title its heading
   * @param markup what reads without JavaScript
   * @param data what its script draws, as JSON has it; null where nothing is drawn
   * @param drawn whether all of it is drawn: without JavaScript it is not shown
   */
  record Content(String title, String markup, @Nullable Object data, boolean drawn) {
    /** Plain HTML. */
    static Content plain(String title, String markup) {
      return new Content(title, markup, null, false);
    }

    /** Plain HTML into which a script draws. */
    static Content with(String title, String markup, @Nullable Object data) {
      return new Content(title, markup, data, false);
    }

    /** What a script draws. */
    static Content drawn(String title, String markup, Object data) {
      return new Content(title, markup, data, true);
    }
  }
}

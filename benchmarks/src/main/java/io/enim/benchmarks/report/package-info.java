/**
 * What a benchmark hands over, and the page made of it. Entry: {@link io.enim.benchmarks.report.Result}, which is written
 * as JSON by the part that measured and read back by {@link io.enim.benchmarks.report.Page}; nothing is measured here.
 */
@NullMarked
package io.enim.benchmarks.report;

import org.jspecify.annotations.NullMarked;

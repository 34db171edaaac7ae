/**
 * The results of benchmarks and the page rendered from them. Entry: {@link io.enim.benchmarks.report.Result}, which the
 * measuring part writes as JSON and {@link io.enim.benchmarks.report.Page} reads back; nothing is measured here.
 */
@NullMarked
package io.enim.benchmarks.report;

import org.jspecify.annotations.NullMarked;

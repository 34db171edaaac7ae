/**
 * The manager under concurrency: programs of many threads against a node whose cloud, devices and namespaces fail, and an
 * oracle that watches the design's promises all the while. Entry: {@link io.enim.core.stress.StressRun}. Plain Java; jqwik,
 * JUnit and the soak command only choose the programs.
 */
package io.enim.core.stress;

package io.enim.benchmarks;

import java.nio.file.Path;

/**
 * How a part is to run.
 *
 * @param quick a smoke size: that it runs, not what it costs
 * @param directory where results and logs go
 */
public record Options(boolean quick, Path directory) {
    /** Says on standard error what is going on. */
    public void progress(String part, String doing) {
        System.err.println("# " + part + ": " + doing);
    }
}

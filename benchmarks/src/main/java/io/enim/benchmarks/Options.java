package io.enim.benchmarks;

import java.nio.file.Path;

/**
 * The options of a part.
 *
 * @param quick smoke size: shows that it runs, not what it costs
 * @param directory the directory of results and logs
 */
public record Options(boolean quick, Path directory) {
    /** Prints progress on standard error. */
    public void progress(String part, String doing) {
        System.err.println("# " + part + ": " + doing);
    }
}

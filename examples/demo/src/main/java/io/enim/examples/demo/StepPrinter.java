// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.demo;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Runs steps and prints one line for each, with its duration. Not thread-safe. */
final class StepPrinter {
    private static final int WIDTH = 100;

    private final PrintStream out;
    private final boolean quiet;
    private int steps;

    /** If quiet, it prints nothing: the result is printed elsewhere. */
    StepPrinter(PrintStream out, boolean quiet) {
        this.out = out;
        this.quiet = quiet;
    }

    /** Runs one step, then prints the sentence that it returned. */
    void step(Callable<String> work) {
        long began = System.nanoTime();
        String sentence;
        steps++;
        try {
            sentence = work.call();
        } catch (DemoException e) {
            throw e;
        } catch (Exception e) { // A Callable declares no narrower one; any exception fails the demo.
            throw new DemoException("step " + steps + " failed: " + e, e);
        }
        double millis = (System.nanoTime() - began) / 1e6;
        say(String.format(Locale.ROOT, "%2d  %-" + WIDTH + "s %8.1f ms", steps, sentence, millis));
    }

    void show(String text) {
        text.lines().forEach(line -> say("      " + line));
    }

    void say(String line) {
        if (!quiet) {
            out.println(line);
            out.flush();
        }
    }

    int steps() {
        return steps;
    }
}

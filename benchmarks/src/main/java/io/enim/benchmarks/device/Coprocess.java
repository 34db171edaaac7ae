// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.device;

import io.enim.netlink.KernelStats;
import java.util.Map;

/** A program that moves a device and measures itself; {@code native/move.c} describes the lines. */
final class Coprocess implements Contender {
    private final LineProgram program;

    Coprocess(Map<String, String> environment, Object... command) {
        program = new LineProgram(environment, command);
    }

    @Override
    public Timing add() {
        return timing(program.ask("ADD"));
    }

    @Override
    public Timing del() {
        return timing(program.ask("DEL"));
    }

    private static Timing timing(String answer) {
        String[] numbers = answer.split(" ");
        return new Timing(Long.parseLong(numbers[0]), new KernelStats(0, Long.parseLong(numbers[1])));
    }

    @Override
    public void close() {
        program.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.http;

import io.enim.PrintableText;
import java.util.Comparator;
import java.util.Map;

/** The stacks of all threads of this process, for reports of faults. */
final class ThreadDump {
    private static final int DEEPEST = 60;

    private ThreadDump() {}

    static String take() {
        StringBuilder text = new StringBuilder();
        Thread.getAllStackTraces().entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.comparing(Thread::getName)))
                .forEach(each -> append(each.getKey(), each.getValue(), text));
        return text.toString();
    }

    private static void append(Thread thread, StackTraceElement[] stack, StringBuilder text) {
        text.append(PrintableText.of(thread.getName()))
                .append(' ')
                .append(thread.getState())
                .append('\n');
        for (int i = 0; i < Math.min(stack.length, DEEPEST); i++) {
            text.append("    at ").append(stack[i]).append('\n');
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.start;

import com.google.inject.Guice;
import com.google.inject.Stage;
import io.enim.AddRequest;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.benchmarks.gc.SteadyProviderFactory;
import io.enim.core.Enim;
import io.enim.core.EnimModule;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/**
 * The program of a measured JVM: builds a manager on a node whose ENIs are attached already, and runs ADDs and DELs.
 *
 * <p>Arguments: {@code plain} or {@code guice}, a directory for its records, the number of pairs of DEL and ADD after the
 * first ADD, and a sandbox for each ENI. It prints {@code answered} after the first ADD, {@code worked} after the pairs,
 * and {@code full BYTES}, with the heap in use, once every ENI is assigned; then it waits for the end of standard input.
 */
final class FirstAdd {
    private FirstAdd() {}

    public static void main(String... arguments) throws Exception {
        List<String> sandboxes = List.of(arguments).subList(3, arguments.length);
        EniSettings settings = SteadyProviderFactory.settings(Path.of(arguments[1]), sandboxes.size())
                .set(EniSetting.DEVICES, "linux")
                .build();
        try (EniManager manager = arguments[0].equals("guice")
                ? Guice.createInjector(Stage.PRODUCTION, new EnimModule(settings))
                        .getInstance(EniManager.class)
                : Enim.builder(settings).build()) {
            add(manager, 0, sandboxes.get(0));
            System.out.println("answered");
            for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                manager.del(endpoint(0));
                add(manager, 0, sandboxes.get(0));
            }
            System.out.println("worked");
            for (int i = 1; i < sandboxes.size(); i++) {
                add(manager, i, sandboxes.get(i));
            }
            System.gc();
            System.out.println("full "
                    + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            while (System.in.read() >= 0) {
                // Until the parent has measured.
            }
            for (int i = 0; i < sandboxes.size(); i++) {
                manager.del(endpoint(i));
            }
        }
    }

    private static Endpoint endpoint(int i) {
        return Endpoint.of("bench", "pod-" + i, "container-" + i);
    }

    private static void add(EniManager manager, int i, String netns) {
        manager.add(AddRequest.forEndpoint(endpoint(i))
                .netns(Path.of(netns))
                .whenEmpty(AddRequest.WhenEmpty.WAIT)
                .build());
    }
}

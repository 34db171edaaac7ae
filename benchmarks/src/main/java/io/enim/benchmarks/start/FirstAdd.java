package io.enim.benchmarks.start;

import com.google.inject.Guice;
import com.google.inject.Stage;
import io.enim.AddRequest;
import io.enim.Endpoint;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.core.Enim;
import io.enim.core.EnimModule;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The program of a measured JVM: builds a manager on a node whose ENIs are attached already, and runs ADDs and DELs.
 *
 * <p>Arguments: {@code plain} or {@code guice}, a directory for its records, the number of ENIs, the number of pairs of
 * ADD and DEL after the first ADD, the number of assignments in the end, and a sandbox for each of these. It prints
 * {@code answered} after the first ADD, {@code worked} after the pairs, and {@code full BYTES}, with the heap in use, once
 * all assignments exist; then it waits for the end of standard input.
 */
final class FirstAdd {
    private FirstAdd() {}

    public static void main(String... arguments) throws Exception {
        Path directory = Path.of(arguments[1]);
        EniSettings settings = EniSettings.builder("bench")
                .set(EniSetting.PROVIDER, "steady")
                .set(EniSetting.DEVICES, "linux")
                .set(EniSetting.RUN_DIR, directory.resolve("run"))
                .set(EniSetting.STATE_DIR, directory.resolve("state"))
                .set(EniSetting.POOL_MAX, Integer.parseInt(arguments[2]))
                .set(EniSetting.POOL_COOLDOWN, Duration.ZERO)
                .providerSetting("steady", "enis", arguments[2])
                .build();
        try (EniManager manager = arguments[0].equals("guice")
                ? Guice.createInjector(Stage.PRODUCTION, new EnimModule(settings))
                        .getInstance(EniManager.class)
                : Enim.builder(settings).build()) {
            add(manager, 0, arguments[5]);
            System.out.println("answered");
            work(manager, Integer.parseInt(arguments[3]), arguments);
            for (int i = 1; i < Integer.parseInt(arguments[4]); i++) {
                add(manager, i, arguments[5 + i]);
            }
            System.gc();
            System.out.println("full "
                    + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            while (System.in.read() >= 0) {
                // Until the parent has measured.
            }
            for (int i = 0; i < Integer.parseInt(arguments[4]); i++) {
                manager.del(endpoint(i));
            }
        }
    }

    private static void work(EniManager manager, int pairs, String... arguments) {
        for (int i = 0; i < pairs; i++) {
            manager.del(endpoint(0));
            add(manager, 0, arguments[5]);
        }
        System.out.println("worked");
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

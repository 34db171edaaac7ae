package io.enim.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.testing.PrivateNamespaces;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** An application that is a module, on a JVM that {@code jlink} made for it: what docs/embedding.md says of the module path. */
@PrivateNamespaces
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModulePathIT {
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    /** All that is on the module path beside the application. */
    private static final List<String> NEEDED = List.of(
            "eni-api",
            "eni-core",
            "eni-netlink",
            "provider-fake",
            "guice",
            "guava",
            "failureaccess",
            "jakarta.inject-api",
            "aopalliance",
            "slf4j-api",
            "jspecify",
            "jnr-",
            "jffi",
            "asm");

    private static final String DEVICES = """
            package devices;

            import io.enim.AddRequest;
            import io.enim.Endpoint;
            import io.enim.EniManager;
            import io.enim.EniSetting;
            import io.enim.EniSettings;
            import io.enim.core.Enim;
            import java.nio.file.Path;
            import java.time.Duration;

            public final class Devices {
                public static void main(String[] arguments) {
                    EniSettings settings = EniSettings.builder("node-1")
                            .set(EniSetting.PROVIDER, "fake")
                            .providerSetting("fake", "plug", "veth")
                            .set(EniSetting.DEVICES, "linux")
                            .set(EniSetting.RUN_DIR, Path.of(arguments[0], "run"))
                            .set(EniSetting.STATE_DIR, Path.of(arguments[0], "state"))
                            .build();
                    try (EniManager manager = Enim.builder(settings).build()) {
                        manager.awaitReady(Duration.ofSeconds(60));
                        Endpoint cart = Endpoint.of("shop", "cart", "container-1");
                        AddRequest request = AddRequest.forEndpoint(cart).netns(Path.of(arguments[1])).build();
                        System.out.println("moved: " + manager.add(request).baseline().isPresent());
                        manager.del(cart);
                        System.out.println("held now: " + manager.assignments());
                    }
                }
            }
            """;

    private Path directory;
    private Path image;
    private String modulePath;

    @BeforeAll
    void link(@TempDir Path temporary) throws Exception {
        directory = temporary;
        assumeTrue(Files.exists(JAVA_HOME.resolve("bin/jlink")), "left out: this JDK has no jlink");
        modulePath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(ModulePathIT::isNeeded)
                .collect(Collectors.joining(File.pathSeparator));
        image = directory.resolve("image");
        run(JAVA_HOME.resolve("bin/jlink"), "--add-modules", "java.logging,jdk.unsupported", "--output", image + "");
    }

    /** A jar, or the classes of a module that Maven has not packaged yet. */
    private static boolean isNeeded(String entry) {
        Path path = Path.of(entry);
        String name = path.endsWith("target/classes")
                ? path.getParent().getParent().getFileName().toString()
                : path.getFileName().toString();
        return NEEDED.stream().anyMatch(name::startsWith);
    }

    private static String run(Object... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(Stream.of(command).map(Object::toString).toList()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(key -> key.startsWith("ENIM_") || key.startsWith("JDK_JAVA"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", List.of(command), output).isZero();
        return output;
    }

    /** Compiles a module and runs it on the image; what it printed. */
    private String runModule(String module, String source, String main, Object... arguments) throws Exception {
        Path sources = Files.createDirectories(directory.resolve(module + "-sources"));
        Path classes = directory.resolve(module + "-classes");
        Path info = Files.writeString(
                sources.resolve("module-info.java"), "module " + module + " { requires io.enim.core; }\n");
        Path agent = Files.writeString(sources.resolve(main.substring(main.lastIndexOf('.') + 1) + ".java"), source);
        run(JAVA_HOME.resolve("bin/javac"), "-p", modulePath, "-d", classes, info, agent);
        List<Object> command =
                new ArrayList<>(List.of(image.resolve("bin/java"), "--enable-native-access=org.jnrproject.jffi"));
        command.addAll(List.of("-p", classes + File.pathSeparator + modulePath));
        command.addAll(
                List.of("--add-modules", "io.enim.netlink,org.jnrproject.jffi.nativelibs", "-m", module + "/" + main));
        command.addAll(List.of(arguments));
        return run(command.toArray());
    }

    @Test
    void theSmallestAgentRunsAsAModule() throws Exception {
        Path source = Path.of("src/main/java/io/enim/examples/embedding/EmbeddingAgent.java");
        String printed = runModule(
                "agent",
                Files.readString(source),
                "io.enim.examples.embedding.EmbeddingAgent",
                directory.resolve("agent"));
        assertThat(printed).contains("shop/cart/container-1/eth0 has 10.80.0.").contains("held now: []");
    }

    @Test
    void devicesOfTheKernelMoveThereToo() throws Exception {
        try (NetworkTestbed testbed = NetworkTestbed.open();
                TestbedNamespace cart = testbed.create("cart")) {
            String printed =
                    runModule("devices", DEVICES, "devices.Devices", directory.resolve("devices"), cart.path());
            assertThat(printed).contains("moved: true", "held now: []");
        }
    }
}

package io.enim.examples.agent.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs the plugin as a runtime does: a process, an environment, standard input. */
public final class PluginProcess {
    public static final String CONFIG = "{\"cniVersion\":\"1.0.0\",\"name\":\"pods\",\"type\":\"enim\"}";

    private final PluginVariant variant;
    private final Map<String, String> environment = new HashMap<>();

    public PluginProcess(PluginVariant variant) {
        this.variant = variant;
        environment.put("PATH", System.getenv("PATH"));
    }

    /** A call for one pod, with this {@code agent.socket}. */
    public static PluginProcess forPod(PluginVariant variant, String command, Path agentSocket) {
        return new PluginProcess(variant)
                .with("CNI_COMMAND", command)
                .with("CNI_CONTAINERID", "c1")
                .with("CNI_NETNS", "/var/run/netns/cni-1")
                .with("CNI_IFNAME", "eth0")
                .with("CNI_ARGS", "K8S_POD_NAME=cart;K8S_POD_NAMESPACE=shop")
                .with("CNI_PATH", "/opt/cni/bin")
                .with("ENIM_SOCKET", agentSocket.toString());
    }

    public static boolean hasCurl() {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "curl")));
    }

    /** The same plugin in another directory, with room for an enim.conf beside it. */
    public PluginProcess copiedTo(Path directory) throws IOException {
        Path file = Files.copy(variant.file(), directory.resolve("enim"), StandardCopyOption.COPY_ATTRIBUTES);
        PluginProcess copy = new PluginProcess(new PluginVariant(variant.name(), variant.interpreter(), file));
        copy.environment.putAll(environment);
        return copy;
    }

    public PluginProcess with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public PluginResult run(String stdin) {
        return run(stdin.getBytes(StandardCharsets.UTF_8));
    }

    public PluginResult run(byte[] stdin) {
        return start(stdin).end();
    }

    /** Starts it and writes its standard input to the end. */
    public RunningPlugin start(byte[] stdin) {
        List<String> command = new ArrayList<>(variant.interpreter());
        command.add(variant.file().toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            RunningPlugin running =
                    new RunningPlugin(process, read(process.getInputStream()), read(process.getErrorStream()));
            try (var in = process.getOutputStream()) {
                in.write(stdin);
            } catch (IOException e) {
                // The plugin ended before it had read everything; its output is checked by the caller.
                running.errors().thenAccept(text -> System.out.println("stdin was not read to its end: " + text));
            }
            return running;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A plugin that was started. */
    public record RunningPlugin(Process process, CompletableFuture<String> output, CompletableFuture<String> errors) {
        public PluginResult end() {
            process.onExit().completeOnTimeout(process, 60, TimeUnit.SECONDS).join();
            if (process.isAlive()) {
                kill();
                throw new AssertionError("the plugin did not end: " + output.getNow("") + errors.getNow(""));
            }
            return new PluginResult(process.exitValue(), output.join(), errors.join());
        }

        public void kill() {
            process.destroyForcibly();
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    public record PluginResult(int exit, String output, String errors) {
        public Map<String, Object> json() {
            try {
                return JSON.std.mapFrom(output);
            } catch (IOException e) {
                throw new AssertionError("no JSON: " + output + errors, e);
            }
        }

        public PluginResult successful() {
            assertThat(exit).as(output + errors).isZero();
            return this;
        }

        /** The message and the details of an error with this code. */
        public String error(int code) {
            assertThat(json().get("code")).as(output + errors).isEqualTo(code);
            assertThat(exit).isEqualTo(1);
            return json().get("msg") + " / " + json().get("details");
        }
    }
}

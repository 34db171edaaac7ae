package io.enim.systemtests.crash;

import static java.util.Objects.requireNonNull;

import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.Cidr;
import io.enim.DeviceException;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniException;
import io.enim.EniManager;
import io.enim.EniSettings;
import io.enim.GcRequest;
import io.enim.Health;
import io.enim.HostLink;
import io.enim.LinkOptions;
import io.enim.SandboxPool;
import io.enim.core.Enim;
import io.enim.core.ManagerFailPoint;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.spi.NetworkDevices;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that dies: a manager that does what it is told on standard input, one command a line, and answers on
 * standard output, lines of {@code - text} and then {@code ok} or {@code error}. Its log is standard error.
 */
final class NodeMain {
    static final String READY = "ready";
    static final String LINE = "- ";
    static final String OK = "ok";
    /** An error of ENIM's own kind. */
    static final String ERROR = "error ";
    /** Any other: no operation may end so. */
    static final String BUG = "bug ";

    private static final HostLink HOST_LINK = new HostLink(
            List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00:96::/108")),
            List.of(Cidr.parse("192.0.2.200/32"), Cidr.parse("2001:db8::200/128")));
    private static final Logger LOG = LoggerFactory.getLogger(NodeMain.class);

    private final FailPointController failPoints = new FailPointController();
    private @Nullable NetworkDevices devices;
    private @Nullable EniManager manager;

    private NodeMain() {}

    public static void main(String[] arguments) throws IOException {
        warmUp();
        PrintStream out = System.out;
        NodeMain nodeMain = new NodeMain();
        out.println(READY);
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.print(nodeMain.answer(Arrays.asList(line.split(" "))));
                out.flush();
            }
        }
        // The test ended, or told this process to: no manager is closed, as none is when a process is killed.
        Runtime.getRuntime().exit(0);
    }

    /** Loads what takes long, so that a process that stands by starts its manager without delay when it is needed. */
    private static void warmUp() {
        try {
            new LinuxDevicesFactory().create().close();
        } catch (DeviceException e) {
            LOG.warn("not loaded in time on a busy machine; the start of the manager does it", e);
        }
    }

    private String answer(List<String> words) {
        try {
            List<String> lines = run(words.get(0), words.subList(1, words.size()));
            return lines.stream().map(line -> LINE + line + "\n").collect(Collectors.joining()) + OK + "\n";
        } catch (EniException e) {
            return ERROR + inOneLine(e) + "\n";
        } catch (RuntimeException e) {
            LOG.error("{}", words, e);
            return BUG + inOneLine(e) + "\n";
        }
    }

    private static String inOneLine(RuntimeException e) {
        return e.getClass().getSimpleName() + " "
                + String.valueOf(e.getMessage()).replace('\n', ' ');
    }

    private List<String> run(String command, List<String> words) {
        return switch (command) {
            case "traps" -> done(() -> failPoints.set(words.stream().map(FailPointTrap::parse)));
            case "disarm" -> done(failPoints::disarm);
            case "passed" -> failPoints.passed();
            case "start" -> done(() -> start(words));
            case "stop" -> done(this::stop);
            case "add" -> List.of(text(manager().add(request(words.get(0), words.get(1)))));
            case "del" -> done(() -> manager().del(endpoint(words.get(0))));
            case "check" -> texts(manager().check(endpoint(words.get(0))).differences(), Object::toString);
            case "gc" -> texts(manager().gc(valid(words)).findings(), Object::toString);
            case "enis" -> texts(manager().enis(), NodeMain::text);
            case "health" -> {
                Health health = manager().health();
                yield Stream.concat(Stream.of(health.status().name()), health.reasons().stream())
                        .toList();
            }
            case "take" -> List.of(text(manager().sandboxes().take(words.get(0))));
            case "give-back" ->
                done(() -> manager()
                        .sandboxes()
                        .taken()
                        .forEach(sandbox -> manager().sandboxes().giveBack(sandbox.endpoint())));
            case "ready-sandboxes" ->
                List.of(Integer.toString(manager().sandboxes().ready()));
            case "taken-sandboxes" ->
                texts(
                        manager().sandboxes().taken(),
                        sandbox -> sandbox.endpoint().name());
            case "check-sandbox" ->
                texts(
                        manager()
                                .check(Endpoint.of(SandboxPool.NAMESPACE, words.get(0)))
                                .differences(),
                        Object::toString);
            case "untaken-sandboxes" ->
                manager().assignments().stream()
                        .filter(sandbox -> sandbox.endpoint().namespace().equals(SandboxPool.NAMESPACE)
                                && !sandbox.labels().containsKey(SandboxPool.KEY))
                        .map(NodeMain::text)
                        .toList();
            case "assignments" -> texts(manager().assignments(), NodeMain::text);
            default -> throw new IllegalArgumentException(command);
        };
    }

    private static List<String> done(Runnable action) {
        action.run();
        return List.of();
    }

    private static <T> List<String> texts(Collection<T> all, Function<T, String> text) {
        return all.stream().map(text).toList();
    }

    private void start(List<String> settings) {
        NetworkDevices opened = new LinuxDevicesFactory(failPoints).create();
        try {
            EniSettings.Builder wanted = EniSettings.builder("node");
            settings.stream()
                    .map(setting -> setting.split("=", 2))
                    .filter(setting -> !setting[0].equals(SeededBug.KEY))
                    .forEach(setting -> wanted.set(setting[0], setting[1]));
            NetworkDevices used = SeededBug.of(settings).wrap(opened);
            manager = ManagerFailPoint.set(Enim.builder(wanted.build()).devices(used), failPoints)
                    .build();
        } catch (EniException e) {
            opened.close();
            throw e;
        }
        devices = opened;
    }

    private void stop() {
        manager().close();
        manager = null;
        if (devices != null) {
            devices.close();
        }
    }

    private EniManager manager() {
        return requireNonNull(manager, "not started");
    }

    private static Endpoint endpoint(String name) {
        return Endpoint.of("matrix", name, "c-" + name);
    }

    private static AddRequest request(String name, String netns) {
        return AddRequest.forEndpoint(endpoint(name))
                .netns(Path.of(netns))
                .link(LinkOptions.DEFAULT.withHostLink(HOST_LINK))
                .build();
    }

    private static GcRequest valid(List<String> words) {
        return words.isEmpty()
                ? GcRequest.full()
                : GcRequest.valid(words.stream().skip(1).map(NodeMain::endpoint).collect(Collectors.toSet()));
    }

    private static String text(Eni eni) {
        String holder = eni.holder().map(Endpoint::name).orElse("-");
        return String.join(" ", eni.id(), eni.mac().toString(), eni.state().name(), holder);
    }

    private static String text(Assignment assignment) {
        return String.join(
                " ",
                assignment.endpoint().name(),
                assignment.phase().name(),
                assignment.eni().id(),
                assignment.ipv4().map(ip -> ip.withPrefix()).orElse("-"),
                assignment.ipv6().map(ip -> ip.withPrefix()).orElse("-"));
    }
}

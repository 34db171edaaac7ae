// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.host;

import static java.util.Objects.requireNonNull;

import io.enim.PrintableText;
import io.enim.SettingsException;
import io.enim.examples.agent.cli.Table;
import io.enim.examples.agent.host.HostFile.State;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Checks and writes the files that make a stock host's software leave ENIs alone. Needs no running agent. */
@Command(
        name = "host",
        mixinStandardHelpOptions = true,
        description = {
            "Make this host's software leave ENIs alone: systemd-networkd, NetworkManager, udev, cloud-init, ifupdown,",
            "amazon-ec2-net-utils. Otherwise it configures every ENI that the cloud plugs in, and ENIM takes each over."
        })
public final class HostCommand {
    private static final String KEEP = "The host's own interfaces, which its software goes on managing. Without it: the"
            + " interface of the default route, and those it consists of.";

    /** Names are written into files of many forms. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._\\-]{1,15}");

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "/",
            scope = ScopeType.INHERIT,
            description = "The host's file system, as mounted in a container or an image that is built.")
    private Path root = Path.of("/");

    @Option(names = "--keep", paramLabel = "NAME", split = ",", scope = ScopeType.INHERIT, description = KEEP)
    private List<String> keep = new ArrayList<>();

    @Command(name = "check", description = "Show which of the files are missing. Exits with 1 if one is.")
    int check() throws IOException {
        List<String> kept = kept();
        Table table = new Table("FILE", "FOR", "STATE");
        boolean complete = true;
        for (HostFile file : HostFile.values()) {
            State state = file.state(root, kept);
            complete &= state == State.IN_PLACE || state == State.NOT_NEEDED;
            String word = state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            table.row(file.under(root).toString(), file.program().toString(), word);
        }
        print(table.or("no program is known") + "the host's own interfaces: " + String.join(", ", kept)
                + (complete ? "\n" : "\nwrite what is missing with: enim-agent host install\n"));
        return complete ? 0 : 1;
    }

    @Command(
            name = "install",
            description = {
                "Write the files that are missing or differ, for the programs that are installed. Repeating it changes",
                "nothing. Prints the commands that make the programs read them."
            })
    int install(
            @Option(
                            names = "--eni",
                            paramLabel = "NAME",
                            split = ",",
                            description = "NICs that are up although they are ENIs, because the host configured them.")
                    @Nullable
                    List<String> enis)
            throws IOException {
        List<String> kept = kept();
        requireKnown(kept, enis == null ? List.of() : enis);
        Set<String> activations = new LinkedHashSet<>();
        StringBuilder out = new StringBuilder();
        for (HostFile file : HostFile.values()) {
            State state = file.state(root, kept);
            if (state == State.MISSING || state == State.DIFFERS) {
                write(file.under(root), file.text(kept));
                out.append("wrote ")
                        .append(file.under(root))
                        .append(" for ")
                        .append(file.program())
                        .append('\n');
                file.activation().ifPresent(activations::add);
            }
        }
        out.append(out.isEmpty() ? "all files are in place" : "the host keeps " + String.join(", ", kept))
                .append('\n');
        activations.forEach(command -> out.append("now run: ").append(command).append('\n'));
        print(out.toString());
        return 0;
    }

    /** A NIC that is up may be the host's; its software must not lose it by a guess. */
    private void requireKnown(List<String> kept, List<String> enis) throws IOException {
        List<String> unknown = interfaces().nicsThatAreUp().stream()
                .filter(name -> !kept.contains(name) && !enis.contains(name))
                .toList();
        if (!unknown.isEmpty()) {
            throw new SettingsException(
                    "--keep",
                    "host install: " + unknown + " are up, and the host keeps only " + kept
                            + "; nothing was written. Name each of them with --keep if it is the host's own, or with"
                            + " --eni if it is an ENI");
        }
    }

    private List<String> kept() throws IOException {
        List<String> kept = keep;
        for (HostFile file : HostFile.values()) {
            kept = kept.isEmpty() ? file.keptByFile(root) : kept;
        }
        if (kept.isEmpty()) {
            kept = interfaces().own();
        }
        if (kept.isEmpty()) {
            throw new SettingsException(
                    "--keep",
                    "host: the host's own interfaces are not known, since no default route was found in "
                            + root.resolve("proc") + "; name them, like --keep eth0");
        }
        kept.stream().filter(name -> !NAME.matcher(name).matches()).findFirst().ifPresent(name -> {
            throw new SettingsException(
                    "--keep",
                    "host: '" + PrintableText.brief(name) + "' is no interface name of letters, digits, . _ -");
        });
        return List.copyOf(new LinkedHashSet<>(kept));
    }

    private HostInterfaces interfaces() {
        return new HostInterfaces(root.resolve("proc"), root.resolve("sys"));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Path written = file.resolveSibling("." + file.getFileName() + ".new");
        Files.writeString(written, text);
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void print(String text) {
        PrintWriter out = requireNonNull(spec, "spec").commandLine().getOut();
        out.print(text);
        out.flush();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** A file that makes a program of the host leave ENIs alone. */
enum HostFile {
    NETWORKD(HostProgram.NETWORKD, "etc/systemd/network/05-enim.network", "enim.network", "networkctl reload"),
    NETWORKD_ROUTES(
            HostProgram.NETWORKD,
            "etc/systemd/networkd.conf.d/10-enim.conf",
            "networkd.conf",
            "systemctl restart systemd-networkd"),
    NETWORK_MANAGER(
            HostProgram.NETWORK_MANAGER,
            "etc/NetworkManager/conf.d/90-enim.conf",
            "NetworkManager.conf",
            "nmcli general reload"),
    UDEV(HostProgram.UDEV, "etc/udev/rules.d/99-enim.rules", "udev.rules", "udevadm control --reload"),
    CLOUD_INIT(HostProgram.CLOUD_INIT, "etc/cloud/cloud.cfg.d/99-enim.cfg", "cloud-init.cfg", ""),
    EC2_NET_UTILS(HostProgram.EC2_NET_UTILS, "policy-routes@"),
    EC2_NET_UTILS_REFRESH(HostProgram.EC2_NET_UTILS, "refresh-policy-routes@"),
    IFUPDOWN(HostProgram.IFUPDOWN, "ifup@");

    /** Whether a file is as it should be. */
    enum State {
        IN_PLACE,
        MISSING,
        /** It is there, with another text. */
        DIFFERS,
        /** Its program is not installed. */
        NOT_NEEDED
    }

    private static final String HEADER = "# Written by enim-agent host install. The host's own interfaces: ";

    private final HostProgram program;
    private final String path;
    private final String resource;
    private final String activation;

    HostFile(HostProgram program, String path, String resource, String activation) {
        this.program = program;
        this.path = path;
        this.resource = resource;
        this.activation = activation;
    }

    /** An addition to a unit of systemd that runs for each interface. */
    HostFile(HostProgram program, String unit) {
        this(program, "etc/systemd/system/" + unit + ".service.d/10-enim.conf", "unit.conf", "systemctl daemon-reload");
    }

    /** Its place under this root directory. */
    Path under(Path root) {
        return root.resolve(path);
    }

    /** The program that it is for. */
    HostProgram program() {
        return program;
    }

    /** The command that makes the program read it; empty when it takes effect by itself. */
    Optional<String> activation() {
        return Optional.of(activation).filter(command -> !command.isEmpty());
    }

    /** The text for a host that keeps these interfaces. */
    String text(List<String> kept) {
        String except =
                kept.stream().map(name -> "except:interface-name:" + name).collect(Collectors.joining(";"));
        return HEADER + String.join(" ", kept) + "\n"
                + template()
                        .replace("@NAMES@", String.join(" ", kept))
                        .replace("@ALTERNATIVES@", String.join("|", kept))
                        .replace("@EXCEPT@", except);
    }

    private String template() {
        try (InputStream in =
                Objects.requireNonNull(HostFile.class.getResourceAsStream("/host/" + resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + resource, e);
        }
    }

    State state(Path root, List<String> kept) throws IOException {
        if (!program.isInstalled(root)) {
            return State.NOT_NEEDED;
        }
        Path file = under(root);
        if (!Files.exists(file)) {
            return State.MISSING;
        }
        return Files.readString(file).equals(text(kept)) ? State.IN_PLACE : State.DIFFERS;
    }

    /** The interfaces that the file names as the host's own; empty when it is not there or another program's. */
    List<String> keptByFile(Path root) throws IOException {
        Path file = under(root);
        return Files.exists(file)
                ? Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith(HEADER))
                        .map(line -> List.of(line.substring(HEADER.length()).split(" ")))
                        .findFirst()
                        .orElse(List.of())
                : List.of();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.needs;

import static io.enim.Health.Status.DEGRADED;
import static io.enim.Health.Status.HEALTHY;
import static io.enim.Health.Status.UNAVAILABLE;

import io.enim.EniSetting;
import io.enim.Health;
import io.enim.examples.agent.config.AgentSetting;
import io.enim.examples.agent.config.AgentSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Compares what the process has with what the agent needs. Reads the kernel's files; immutable.
 *
 * <p>A process is in a container when its environment has {@code ENIM_CONTAINER}, which the agent's image sets. On the host a
 * directory need not be mounted.
 */
public final class ProcessNeeds {
    private static final String CAPABILITIES = "CapEff:\t";
    private static final String FIRST_PROCESS = "Pid:\t1";
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path NETWORK_SETTINGS = Path.of("/proc/sys/net");
    /** Where eni-netlink uses them, if they are mounted there. */
    private static final Path MOUNTED_SETTINGS = Path.of("/host/proc/sys/net");

    private static final Path UDEV = Path.of("/run/udev");

    /** What a setting needs a directory for. */
    private record Use(String setting, String consequence) {
        @Override
        public String toString() {
            return consequence + " (" + setting + ")";
        }
    }

    private final Path root;
    private final boolean isContainer;
    private final AgentSettings settings;
    private final List<String> fatal = new ArrayList<>();
    private final List<String> bearable = new ArrayList<>();

    private ProcessNeeds(Path root, boolean isContainer, AgentSettings settings) {
        this.root = root;
        this.isContainer = isContainer;
        this.settings = settings;
    }

    /** What this process lacks: {@code UNAVAILABLE} if no pod can be served without it. */
    public static Health unmet(AgentSettings settings, Map<String, String> environment) {
        return unmet(Path.of("/"), settings, environment);
    }

    /** The same for a process whose root directory is another, with its {@code proc}. */
    static Health unmet(Path root, AgentSettings settings, Map<String, String> environment) {
        ProcessNeeds needs = new ProcessNeeds(root, environment.containsKey("ENIM_CONTAINER"), settings);
        try {
            return needs.find();
        } catch (IOException e) {
            throw new UncheckedIOException("the kernel does not tell what this process has; is /proc mounted?", e);
        }
    }

    private Health find() throws IOException {
        boolean isKernel = settings.enim().text(EniSetting.DEVICES).equals("linux");
        if (!isKernel && !isContainer) {
            return Health.healthy(); // On any system.
        }
        List<String> status = Files.readAllLines(root.resolve("proc/self/status"));
        MountList mounts = MountList.read(root.resolve("proc/self/mountinfo"));
        if (isKernel) {
            requireCapabilities(status);
            requireNetworkSettings(mounts);
        }
        if (isContainer) {
            requireDirectories(mounts);
            if (isKernel) {
                requireNamespaces(mounts);
                if (status.contains(FIRST_PROCESS)) {
                    bearable.add(
                            "the host's processes are not seen: what a tenant left on an ENI, in a namespace that only"
                                    + " processes keep, is not found; set hostPID: true of the pod");
                }
                if (!mounts.isMounted(UDEV)) {
                    bearable.add(UDEV
                            + " is not mounted from the host: names that the host's udev gives a device count as a"
                            + " tenant's and are removed from it; mount the host's " + UDEV + " there, read-only");
                }
            }
        }
        List<String> all = new ArrayList<>(fatal);
        all.addAll(bearable);
        return new Health(!fatal.isEmpty() ? UNAVAILABLE : bearable.isEmpty() ? HEALTHY : DEGRADED, all);
    }

    private void requireCapabilities(List<String> status) throws IOException {
        long effective = status.stream()
                .filter(line -> line.startsWith(CAPABILITIES))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(CAPABILITIES.length()), 16))
                .findFirst()
                .orElseThrow(() -> new IOException("no " + CAPABILITIES.strip() + " in /proc/self/status"));
        Arrays.stream(Capability.values())
                .filter(each -> !each.isIn(effective))
                .forEach(each -> (each.isVital() ? fatal : bearable).add(each.missing()));
    }

    /** Runtimes mount {@code /proc/sys} read-only in a container, and systemd does so for a unit that asks for it. */
    private void requireNetworkSettings(MountList mounts) {
        boolean hasIpv6 = Files.exists(root.resolve("proc/sys/net/ipv6"));
        boolean isReadOnly =
                mounts.of(NETWORK_SETTINGS).filter(MountList.Mount::isReadOnly).isPresent();
        if (hasIpv6 && isReadOnly && !mounts.isMounted(MOUNTED_SETTINGS)) {
            fatal.add(NETWORK_SETTINGS
                    + " is read-only: no device can be kept from router advertisements in a pod; mount the"
                    + " host's " + NETWORK_SETTINGS + " at " + MOUNTED_SETTINGS
                    + ", or leave out ProtectKernelTunables in a"
                    + " unit");
        }
    }

    private void requireDirectories(MountList mounts) {
        Map<Path, List<Use>> uses = new LinkedHashMap<>();
        use(
                uses,
                settings.enim().path(EniSetting.RUN_DIR),
                EniSetting.RUN_DIR.key(),
                "assignments end with this container");
        use(
                uses,
                settings.enim().path(EniSetting.STATE_DIR),
                EniSetting.STATE_DIR.key(),
                "intents end with this container");
        use(uses, parent(settings.socket()), AgentSetting.SOCKET.key(), "no plugin on the host finds the agent");
        settings.conflist()
                .ifPresent(conflist -> use(
                        uses,
                        parent(conflist.file()),
                        AgentSetting.CONFLIST.key(),
                        "the runtime sees no network configuration"));
        settings.criSocket()
                .ifPresent(socket -> use(
                        uses,
                        parent(socket),
                        AgentSetting.CRI_SOCKET.key(),
                        "the runtime cannot be asked for its sandboxes"));
        settings.devicePlugin()
                .ifPresent(directory -> use(
                        uses,
                        directory,
                        AgentSetting.DEVICE_PLUGIN.key(),
                        "the kubelet does not learn how many ENIs there are"));
        uses.forEach((directory, all) -> {
            if (!mounts.isMounted(directory)) {
                fatal.add(directory + " is not mounted from the host: "
                        + all.stream().map(Use::toString).collect(Collectors.joining(", "))
                        + "; mount the host's " + directory + " there");
            }
        });
    }

    private static void use(Map<Path, List<Use>> uses, Path directory, String setting, String consequence) {
        uses.computeIfAbsent(directory, each -> new ArrayList<>()).add(new Use(setting, consequence));
    }

    private void requireNamespaces(MountList mounts) {
        String remedy = "; mount the host's " + NAMESPACES + " there with mountPropagation: HostToContainer (rslave)";
        if (!mounts.isMounted(NAMESPACES)) {
            fatal.add(NAMESPACES + " is not mounted from the host: no pod's network namespace is seen" + remedy);
        } else if (!mounts.of(NAMESPACES).filter(MountList.Mount::receives).isPresent()) {
            fatal.add(NAMESPACES
                    + " receives no mounts from the host: network namespaces of pods that come are plain files here"
                    + remedy);
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("/") : parent;
    }
}

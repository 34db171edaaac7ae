package io.enim.systemtests.cluster;

import static org.junit.jupiter.api.Assumptions.abort;

import io.enim.systemtests.e2e.HostPrograms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the rules for services as kube-proxy writes them, in its two modes, and those of CNI's portmap for host ports. */
enum ServiceProxy {
    /** As {@code --proxy-mode=iptables}, with the legacy tables. */
    IPTABLES {
        @Override
        void write(List<Translation> translations, List<String> clusterCidrs) throws IOException, InterruptedException {
            for (boolean isIpv4 : new boolean[] {true, false}) {
                String rules = iptables(only(translations, isIpv4), cidr(clusterCidrs, isIpv4));
                restore(isIpv4).run(rules);
            }
        }

        @Override
        void clear() throws IOException, InterruptedException {
            for (boolean isIpv4 : new boolean[] {true, false}) {
                restore(isIpv4).run("*nat\nCOMMIT\n");
            }
        }

        /** Replaces whole tables. */
        private static Tool restore(boolean isIpv4) throws IOException {
            return Tool.require(isIpv4 ? "iptables-legacy-restore" : "ip6tables-legacy-restore");
        }
    },
    /** As {@code --proxy-mode=nftables}. */
    NFTABLES {
        @Override
        void write(List<Translation> translations, List<String> clusterCidrs) throws IOException, InterruptedException {
            for (boolean isIpv4 : new boolean[] {true, false}) {
                Tool.require("nft")
                        .run(nftables(only(translations, isIpv4), cidr(clusterCidrs, isIpv4), isIpv4), "-f", "-");
            }
        }

        @Override
        void clear() throws IOException, InterruptedException {
            Tool.require("nft").run("delete table ip kube-proxy\ndelete table ip6 kube-proxy\n", "-f", "-");
        }
    };

    /**
     * What leads from one address to another.
     *
     * @param masquerade of which clients: of those outside of the cluster's network for a service, of all for a host port
     */
    record Translation(String address, int port, String endpoint, int endpointPort, Masquerade masquerade) {
        boolean isIpv4() {
            return !address.contains(":");
        }

        private String target() {
            return isIpv4() ? endpoint + ":" + endpointPort : "[" + endpoint + "]:" + endpointPort;
        }
    }

    /** Whose requests are masqueraded. */
    enum Masquerade {
        /** kube-proxy's {@code --cluster-cidr}. */
        OUTSIDE_OF_CLUSTER,
        /** kube-proxy's {@code --masquerade-all}, portmap's {@code masqAll}. */
        ALL
    }

    /** Replaces all rules of the calling thread's namespace. A cluster's networks of a family may be missing. */
    abstract void write(List<Translation> translations, List<String> clusterCidrs)
            throws IOException, InterruptedException;

    /** Removes them. */
    abstract void clear() throws IOException, InterruptedException;

    private static List<Translation> only(List<Translation> translations, boolean isIpv4) {
        return translations.stream().filter(each -> each.isIpv4() == isIpv4).toList();
    }

    private static String cidr(List<String> cidrs, boolean isIpv4) {
        return cidrs.stream()
                .filter(cidr -> cidr.contains(":") != isIpv4)
                .findFirst()
                .orElseThrow();
    }

    private static String iptables(List<Translation> translations, String clusterCidr) {
        StringBuilder chains = new StringBuilder("""
                *nat
                :PREROUTING ACCEPT [0:0]
                :INPUT ACCEPT [0:0]
                :OUTPUT ACCEPT [0:0]
                :POSTROUTING ACCEPT [0:0]
                :KUBE-SERVICES - [0:0]
                :KUBE-POSTROUTING - [0:0]
                :KUBE-MARK-MASQ - [0:0]
                """);
        StringBuilder rules = new StringBuilder("""
                -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
                -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
                -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
                -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
                -A KUBE-POSTROUTING -j MARK --xor-mark 0x4000
                -A KUBE-POSTROUTING -j MASQUERADE --random-fully
                -A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
                """);
        int number = 0;
        for (Translation each : translations) {
            for (String protocol : List.of("tcp", "udp")) {
                String service = "KUBE-SVC-" + number;
                String endpoint = "KUBE-SEP-" + number++;
                String match =
                        " -d " + each.address() + " -p " + protocol + " -m " + protocol + " --dport " + each.port();
                String from = each.masquerade() == Masquerade.ALL ? "" : " ! -s " + clusterCidr;
                chains.append(":" + service + " - [0:0]\n:" + endpoint + " - [0:0]\n");
                rules.append("-A KUBE-SERVICES" + match + " -j " + service + "\n")
                        .append("-A " + service + from + match + " -j KUBE-MARK-MASQ\n")
                        .append("-A " + service + " -j " + endpoint + "\n")
                        .append("-A " + endpoint + " -s " + each.endpoint() + " -j KUBE-MARK-MASQ\n")
                        .append("-A " + endpoint + " -p " + protocol + " -m " + protocol + " -j DNAT --to-destination "
                                + each.target() + "\n");
            }
        }
        return chains.append(rules).append("COMMIT\n").toString();
    }

    private static String nftables(List<Translation> translations, String clusterCidr, boolean isIpv4) {
        String family = isIpv4 ? "ip" : "ip6";
        StringBuilder chains = new StringBuilder();
        StringBuilder elements = new StringBuilder();
        int number = 0;
        for (Translation each : translations) {
            for (String protocol : List.of("tcp", "udp")) {
                String from = each.masquerade() == Masquerade.ALL ? "" : family + " saddr != " + clusterCidr + " ";
                chains.append(
                        "chain endpoint-%d { %s saddr %s jump mark-for-masquerade; meta l4proto %s dnat to %s; }\n"
                                .formatted(number, family, each.endpoint(), protocol, each.target()));
                chains.append("chain service-%d { %s daddr %s %s dport %d %sjump mark-for-masquerade;"
                                .formatted(number, family, each.address(), protocol, each.port(), from)
                        + " numgen random mod 1 vmap { 0 : goto endpoint-%d }; }\n".formatted(number));
                elements.append(
                        "%s . %s . %d : goto service-%d,\n".formatted(each.address(), protocol, each.port(), number++));
            }
        }
        return """
                add table %1$s kube-proxy
                delete table %1$s kube-proxy
                table %1$s kube-proxy {
                  chain mark-for-masquerade { meta mark set meta mark or 0x4000; }
                  %3$s
                  map service-ips {
                    type ipv%2$s_addr . inet_proto . inet_service : verdict
                    elements = { %4$s }
                  }
                  chain services { %1$s daddr . meta l4proto . th dport vmap @service-ips; }
                  chain masquerading {
                    meta mark and 0x4000 == 0 return
                    meta mark set meta mark xor 0x4000
                    masquerade fully-random
                  }
                  chain nat-prerouting { type nat hook prerouting priority dstnat; policy accept; jump services; }
                  chain nat-output { type nat hook output priority -100; policy accept; jump services; }
                  chain nat-postrouting { type nat hook postrouting priority srcnat; policy accept; jump masquerading; }
                }
                """.formatted(family, isIpv4 ? "4" : "6", chains, elements);
    }

    /** A program of Debian's, installed, or unpacked by {@code examples/system-tests/stock/install}. */
    record Tool(Path file, List<String> prefix, Map<String, String> environment) {
        private static final Path UNPACKED = Path.of(System.getProperty("enim.root", "../.."))
                .toAbsolutePath()
                .normalize()
                .resolve("examples/system-tests/target/stock");

        /** Leaves the test out, with a printed reason, where the program is not there. */
        static Tool require(String name) throws IOException {
            Predicate<Path> isThere = Files::isExecutable;
            return Stream.of(
                            Path.of("/usr/sbin", name),
                            UNPACKED.resolve("usr/sbin").resolve(name))
                    .filter(isThere)
                    .findFirst()
                    .map(file -> new Tool(file, List.of(), Map.of("LD_LIBRARY_PATH", libraries())))
                    .orElseGet(() -> abort(leftOut(name)));
        }

        /** The same in a namespace under {@code /run/netns}. */
        Tool in(String namespace) {
            return new Tool(file, List.of("nsenter", "--net=/run/netns/" + namespace), environment);
        }

        private static String leftOut(String name) {
            String reason = "left out: " + name + " is not installed, and not unpacked by stock/install";
            System.out.println(reason);
            return reason;
        }

        private static String libraries() {
            try (Stream<Path> directories = Files.list(UNPACKED.resolve("usr/lib"))) {
                return directories
                        .filter(each -> each.getFileName().toString().endsWith("-linux-gnu"))
                        .map(Path::toString)
                        .collect(Collectors.joining(":"));
            } catch (IOException e) {
                return ""; // Nothing was unpacked: the machine's own program finds its libraries.
            }
        }

        /** Runs it with a text on standard input; returns what it prints. */
        String run(String input, String... arguments) throws IOException, InterruptedException {
            List<String> command = Stream.of(prefix.stream(), Stream.of(file.toString()), Stream.of(arguments))
                    .flatMap(each -> each)
                    .toList();
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.US_ASCII));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new HostPrograms.ProgramResult(process.waitFor(), output).successful();
        }
    }
}

package io.enim.systemtests.kubernetes;

import io.enim.systemtests.e2e.HostPrograms;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** etcd, API server, controller manager and scheduler, each a process of its own that listens on 127.0.0.1 alone. */
final class ControlPlane implements AutoCloseable {
    /** The network of the services' addresses. */
    static final String SERVICES = "10.96.0.0/16";

    private static final URI SERVER = URI.create("https://127.0.0.1:6443");
    private static final String TOKEN = "token-of-the-administrator";

    private final Path programs;
    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    final Path kubeconfig;
    final ApiClient api;

    /** Starts all; the API server answers, and serves the default namespace, when this returns. */
    ControlPlane(Path programs, Path directory) throws IOException, GeneralSecurityException {
        this.programs = programs;
        this.directory = Files.createDirectories(directory);
        Path key = serviceAccountKey();
        Path tokens = Files.writeString(directory.resolve("tokens.csv"), TOKEN + ",admin,admin,system:masters\n");
        Path certificates = directory.resolve("certificates");
        this.kubeconfig = kubeconfig(certificates.resolve("apiserver.crt"));
        start(
                "etcd",
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=http://127.0.0.1:2379",
                "--advertise-client-urls=http://127.0.0.1:2379",
                "--listen-peer-urls=http://127.0.0.1:2380");
        start(
                "kube-apiserver",
                "--etcd-servers=http://127.0.0.1:2379",
                "--bind-address=127.0.0.1",
                // Of no use: the pods that a test runs do not call it. But it has to be another than 127.0.0.1.
                "--advertise-address=" + KubernetesNode.ADDRESS,
                "--endpoint-reconciler-type=none",
                "--cert-dir=" + certificates,
                "--token-auth-file=" + tokens,
                "--service-cluster-ip-range=" + SERVICES,
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + key,
                "--service-account-signing-key-file=" + key,
                "--disable-admission-plugins=ServiceAccount");
        HostPrograms.await(
                "the API server has made its certificate",
                log("kube-apiserver"),
                () -> Files.exists(certificates.resolve("apiserver.crt"))
                        && Files.exists(certificates.resolve("apiserver.key")));
        this.api = new ApiClient(SERVER, TOKEN, certificates.resolve("apiserver.crt"));
        HostPrograms.await(
                "the API server is ready",
                log("kube-apiserver"),
                () -> !api.get("/api/v1/namespaces/default").isEmpty());
        String config = "--kubeconfig=" + kubeconfig;
        start(
                "kube-controller-manager",
                config,
                "--leader-elect=false",
                "--port=0",
                "--secure-port=0",
                "--service-account-private-key-file=" + key);
        start("kube-scheduler", config, "--leader-elect=false", "--port=0", "--secure-port=0");
    }

    private void start(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(programs.resolve(program).toString()));
        command.addAll(List.of(arguments));
        processes.add(HostPrograms.start(log(program), command.toArray(String[]::new)));
    }

    private Path log(String program) {
        return directory.resolve(program + ".log");
    }

    private Path serviceAccountKey() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        String key = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        return Files.writeString(
                directory.resolve("service-accounts.key"),
                "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n");
    }

    private Path kubeconfig(Path certificate) throws IOException {
        return Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: u, user: {token: "%s"}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(SERVER, certificate, TOKEN));
    }

    /** Its processes; each is to end when the test does. */
    List<Process> processes() {
        return List.copyOf(processes);
    }

    @Override
    public void close() {
        for (int i = processes.size() - 1; i >= 0; i--) {
            processes.get(i).destroyForcibly().onExit().join();
        }
    }
}

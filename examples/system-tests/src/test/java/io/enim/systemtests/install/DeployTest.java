package io.enim.systemtests.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.examples.agent.config.AgentSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manifests: what they ask for is the least, whole, and explained. */
class DeployTest {
    private static final List<String> KINDS = List.of("initContainers", "containers");

    private static Stream<Manifest> containers() throws IOException {
        Manifest pod = DaemonSetPod.template();
        return KINDS.stream().flatMap(kind -> pod.list(kind).stream());
    }

    @Test
    void thePodHasNoPrivilegeThatItDoesNotNeed() throws IOException {
        Manifest pod = DaemonSetPod.template();
        assertThat(pod.has("hostIPC")).isFalse();
        assertThat(pod.isTrue("hostNetwork")).isTrue();
        assertThat(pod.fields()).containsEntry("automountServiceAccountToken", false);
        assertThat(pod.at("securityContext.seccompProfile").text("type")).isEqualTo("RuntimeDefault");
        assertThat(containers()).isNotEmpty().allSatisfy(container -> {
            Manifest security = container.at("securityContext");
            assertThat(security.has("privileged")).isFalse();
            assertThat(security.fields())
                    .containsEntry("allowPrivilegeEscalation", false)
                    .containsEntry("readOnlyRootFilesystem", true);
            assertThat(security.at("capabilities").words("drop")).containsExactly("ALL");
        });
    }

    @Test
    void theAccountHasNoRightAndNoToken() throws IOException {
        Manifest account = Manifest.read("serviceaccount.yaml");
        assertThat(account.fields()).containsEntry("automountServiceAccountToken", false);
        assertThat(account.at("metadata").text("name"))
                .isEqualTo(DaemonSetPod.template().text("serviceAccountName"));
        assertThat(Manifest.read("kustomization.yaml").words("resources"))
                .containsExactlyInAnyOrder("serviceaccount.yaml", "daemonset.yaml");
    }

    @Test
    void everyVolumeIsUsedAndEveryMountHasItsVolume() throws IOException {
        List<String> volumes = DaemonSetPod.template().list("volumes").stream()
                .map(each -> each.text("name"))
                .toList();
        List<String> mounted = containers()
                .flatMap(container -> container.list("volumeMounts").stream())
                .map(each -> each.text("name"))
                .distinct()
                .toList();
        assertThat(volumes).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(mounted);
    }

    @Test
    void theImageIsTheOneThatTheKustomizationNames() throws IOException {
        Manifest image = Manifest.read("kustomization.yaml").list("images").get(0);
        assertThat(containers())
                .allSatisfy(container -> assertThat(container.text("image")).isEqualTo(image.text("name")));
        assertThat(image.text("newName")).isEqualTo("localhost/enim-agent");
        String parent = Files.readString(Manifest.PROJECT.resolve("pom.xml"));
        assertThat(parent).contains("<version>" + image.text("newTag") + "</version>");
    }

    @Test
    void theSettingsAreSettingsOfTheAgent() throws IOException {
        Manifest generated =
                Manifest.read("kustomization.yaml").list("configMapGenerator").get(0);
        assertThat(generated.words("files"))
                .allSatisfy(file -> assertThat(Manifest.DIRECTORY.resolve(file)).isRegularFile());
        assertThat(DaemonSetPod.template().list("volumes").stream()
                        .map(volume -> volume.at("configMap").text("name")))
                .contains(generated.text("name"));
        AgentSettings settings = AgentSettings.read(
                Optional.of(Manifest.DIRECTORY.resolve("agent.properties")), Map.of(), Map.of(), Optional.of("n"));
        assertThat(settings.conflist()).isPresent();
    }

    @Test
    void theProbesAskWhereTheAgentListens() throws IOException {
        Properties settings = new Properties();
        try (var reader = Files.newBufferedReader(Manifest.DIRECTORY.resolve("agent.properties"))) {
            settings.load(reader);
        }
        Manifest agent = DaemonSetPod.template().list("containers").get(0);
        for (String probe : List.of("livenessProbe", "readinessProbe")) {
            Manifest get = agent.at(probe + ".httpGet");
            assertThat(get.text("host") + ":" + get.text("port"))
                    .as(probe)
                    .isEqualTo(settings.getProperty("agent.http.address"));
        }
        assertThat(agent.at("livenessProbe.httpGet").text("path")).isEqualTo("/healthz");
        assertThat(agent.at("readinessProbe.httpGet").text("path")).isEqualTo("/readyz");
    }

    /** A capability or a mount that the page does not explain, and one that it explains and nothing asks for. */
    @Test
    void thePageExplainsEachCapabilityAndEachMount() throws IOException {
        String page = Files.readString(Manifest.PROJECT.resolve("docs/agent.md"));
        List<String> explained = page.lines()
                .dropWhile(line -> !line.startsWith("| the pod gets |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("| `"))
                .map(line -> line.split("`")[1])
                .toList();
        List<String> asked = containers()
                .flatMap(container -> Stream.concat(
                        container.at("securityContext.capabilities").words("add").stream(),
                        container.list("volumeMounts").stream().map(each -> each.text("mountPath"))))
                .distinct()
                .toList();
        assertThat(explained).containsExactlyInAnyOrderElementsOf(asked);
    }
}

package io.enim.examples.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.EniManager;
import io.enim.Health;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.examples.agent.api.EniView;
import io.enim.examples.agent.api.NodeView;
import io.enim.examples.agent.testing.InMemoryManager;
import io.enim.examples.agent.testing.StagedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodePictureTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "watching.md");

    private static NodeView staged(int enis) {
        return view(enis == 4 ? StagedNode.ofFour() : StagedNode.ofSixtyFour());
    }

    private static NodeView view(EniManager manager) {
        return NodeView.of(manager, manager.health(), StagedNode.NAME, StagedNode.NOW);
    }

    private static List<String> lines(NodeView node, int width, int height, int first) {
        return new NodePicture(node, width, height)
                .lines(first).stream().map(line -> line.render(width, false)).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "4, 80, 24",
        "4, 120, 40",
        "64, 80, 24",
        "64, 120, 40",
        "64, 200, 70",
        "64, 300, 90",
        "4, 60, 20",
        "64, 60, 26"
    })
    void thePictureFitsTheTerminal(int enis, int width, int height) {
        List<String> lines = lines(staged(enis), width, height, 0);
        assertThat(lines)
                .hasSizeLessThanOrEqualTo(height)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
    }

    @ParameterizedTest
    @CsvSource({"80, 24", "120, 40"})
    void theUsualTerminalsAreUsedWholly(int width, int height) {
        assertThat(lines(staged(64), width, height, 0)).hasSize(height);
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 40})
    void eachEniIsOnOnePageWithWhatNeedsAttentionFirst(int height) {
        NodeView node = staged(64);
        int page = new NodePicture(node, 120, height).page();
        List<String> shown = new ArrayList<>();
        for (int first = 0; first < 64; first += page) {
            lines(node, 120, height, first).stream()
                    .filter(line -> line.startsWith("eni-"))
                    .forEach(shown::add);
        }
        assertThat(shown)
                .extracting(line -> line.split(" ", 2)[0])
                .containsExactlyInAnyOrderElementsOf(
                        node.enis().stream().map(EniView::id).toList());
        assertThat(shown.subList(0, 3))
                .satisfiesExactly(
                        line -> assertThat(line).contains("QUARANTINED"),
                        line -> assertThat(line).contains("QUARANTINED"),
                        line -> assertThat(line).contains("DETACHING"));
    }

    @Test
    void itSaysWhatEachEniIsInWhichStateAndWhichOperationsWait() {
        String picture = String.join("\n", lines(staged(64), 120, 40, 0));
        assertThat(picture)
                .contains("node-7.eu-1  DEGRADED")
                .contains("64 of at most 64", "Q 2 quarantined", "U 52 in use", "R 4 ready", "C 3 recycling")
                .contains("UUUUUUUU UUUUUUUU QUUUUUUU")
                .contains("attach 68, 9 failed (THROTTLED)", "mutations 3/20 +2/s", "creates 128/128 +13/min")
                .containsPattern("cloud call +eni-\\w+ +attach +2\\.7 s")
                .containsPattern("ADD +shop/checkout-\\S+ +waits for an ENI, place 1 +12 s +12 s");
    }

    @Test
    void everythingIsThereWhereNoHeightIsGiven() {
        String all = String.join("\n", lines(staged(64), 160, NodePicture.UNLIMITED, 0));
        assertThat(all)
                .contains(staged(64).enis().stream().map(EniView::id).toList())
                .contains("place 9", "has not begun");
        assertThat(all).doesNotContain("more");
    }

    @Test
    void aNodeThatKnowsNothingSaysSo() {
        InMemoryManager manager = InMemoryManager.of(List.of());
        manager.allow(OptionalInt.empty());
        manager.showEnisAs(eni -> eni);
        assertThat(lines(view(manager), 80, 24, 0))
                .anySatisfy(line -> assertThat(line).contains("HEALTHY"))
                .contains("This node has no ENI.", "No operation is under way.");
        InMemoryManager away = InMemoryManager.dualStack(1);
        away.showEnisAs(eni -> {
            throw new RetryableProviderException(Refusal.UNAVAILABLE, "", "list ENIs: the cloud is away");
        });
        assertThat(lines(view(away), 80, 24, 0)).contains("  ! the ENIs are not known: list ENIs: the cloud is away");
    }

    @Test
    void p18_noTextOfAnotherPartyReachesTheTerminal() {
        InMemoryManager manager = StagedNode.ofFour();
        manager.setHealth(new Health(
                Health.Status.DEGRADED, List.of("red \u001b[31m, cleared \u001b[2J, \r\n\u202e and a bell \u0007")));
        NodeView node = view(manager);
        EniView first = node.enis().get(0);
        List<EniView> enis = new ArrayList<>(node.enis());
        enis.set(
                0,
                new EniView(
                        "eni-\u001b]0;title\u0007",
                        first.mac(),
                        first.ipv4(),
                        null,
                        "",
                        1,
                        "READY",
                        null,
                        "\u001b[1A"));
        NodeView hostile = new NodeView(
                node.node(),
                node.at(),
                node.health(),
                6,
                null,
                enis,
                node.assignments(),
                node.operations(),
                node.clouds());
        String picture = new NodePicture(hostile, 200, 50)
                .lines(0).stream().map(line -> line.render(200, true)).collect(Collectors.joining("\n"));
        assertThat(picture.replaceAll("\u001b\\[[0-9;]*m", "")).matches("[^\\p{Cc}\\p{Cf}]*(\n[^\\p{Cc}\\p{Cf}]*)*");
        assertThat(picture).contains("\\u001b[2J", "\\u001b]0;title\\u0007");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "999, 999 ms",
        "1000, 1.0 s",
        "9949, 9.9 s",
        "10000, 10 s",
        "119000, 119 s",
        "120000, 2 min",
        "7200000, 2 h",
        "172800000, 2 d",
        "-5, 0 ms"
    })
    void aTimeIsInAUnitOfWhichThereAreFew(long millis, String text) {
        assertThat(NodePicture.age(Duration.ofMillis(millis).toMillis())).isEqualTo(text);
    }

    /** The pictures of the page are those that the code draws; {@code -Denim.docs.write} writes them anew. */
    @ParameterizedTest
    @CsvSource({"4, 80, 24", "64, 80, 24", "64, 120, 40"})
    void thePageHasThesePictures(int enis, int width, int height) throws IOException {
        String name = enis + " ENIs, " + width + "x" + height;
        String picture = "<!-- " + name + " -->\n```text\n"
                + lines(staged(enis), width, height, 0).stream()
                        .map(line -> line + "\n")
                        .collect(Collectors.joining())
                + "```\n";
        if (System.getProperty("enim.docs.write") != null) {
            Files.writeString(
                    PAGE,
                    Files.readString(PAGE)
                            .replaceFirst(
                                    "<!-- " + name + " -->\n```text\n(?s:.*?)```\n",
                                    Matcher.quoteReplacement(picture)));
        }
        assertThat(Files.readString(PAGE)).contains(picture);
    }
}

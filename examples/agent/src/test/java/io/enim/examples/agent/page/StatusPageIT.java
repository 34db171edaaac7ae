package io.enim.examples.agent.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.enim.EniManager;
import io.enim.Health;
import io.enim.examples.agent.Agent;
import io.enim.examples.agent.cni.CniMetrics;
import io.enim.examples.agent.config.AgentSettings;
import io.enim.examples.agent.testing.InMemoryManager;
import io.enim.examples.agent.testing.StagedNode;
import io.enim.testing.PrivateNamespaces;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The status page in headless Chromium, which reaches the agent's socket by a port, as through {@code ssh -L}. With
 * {@code -Denim.docs.write} the pictures of docs/images are written anew.
 */
@PrivateNamespaces
class StatusPageIT {
    private static final Path IMAGES = Path.of("..", "..", "docs", "images");
    /** What a page would run if it took a text for markup. */
    private static final String HOSTILE = "</script><img src=x onerror=window.hacked=1><b>bold</b>&amp;\u202e";

    @TempDir
    Path directory;

    private Optional<Agent> agent = Optional.empty();
    private SocketForward forward;
    private Browser browser;

    @BeforeEach
    void start() throws Exception {
        String without = "left out: Chromium is not installed; examples/system-tests/browser/install installs it";
        if (Browser.program().isEmpty()) {
            System.out.println("StatusPageIT " + without);
        }
        assumeThat(Browser.program()).as(without).isPresent();
        assertThat(new ProcessBuilder("ip", "link", "set", "lo", "up").start().waitFor())
                .isZero();
        forward = new SocketForward(directory.resolve("agent.sock"));
        browser = Browser.start(directory);
        browser.showAs(1280, 1000, "light");
    }

    @AfterEach
    void end() throws Exception {
        if (browser != null) {
            browser.close();
            forward.close();
        }
        agent.ifPresent(Agent::close);
    }

    private void serve(EniManager manager) {
        serve(manager, Map.of());
    }

    private void serve(EniManager manager, Map<String, String> more) {
        Map<String, String> flags = new HashMap<>(more);
        flags.put("agent.socket", directory + "/agent.sock");
        flags.put("enim.run-dir", directory + "/run");
        AgentSettings settings = AgentSettings.read(Optional.empty(), Map.of(), flags, Optional.of(StagedNode.NAME));
        agent = Optional.of(Agent.start(settings, manager, CniMetrics.NONE, () -> ""));
    }

    private void stop() {
        agent.ifPresent(Agent::close);
        agent = Optional.empty();
    }

    private static InMemoryManager staged(int enis) {
        return enis == 4 ? StagedNode.ofFour() : StagedNode.ofSixtyFour();
    }

    /** Opens the page, and waits until it has its first picture. */
    private void open() {
        browser.open(forward.address());
        browser.awaitThat("document.querySelectorAll('#slots li').length > 0");
    }

    private Object read(String expression) {
        return browser.evaluate(expression);
    }

    private Object count(String selector) {
        return read("document.querySelectorAll(\"" + selector + "\").length");
    }

    private String text(String id) {
        return String.valueOf(read("document.getElementById('" + id + "').textContent"));
    }

    private void assertNoErrors() {
        assertThat(browser.errors()).isEmpty();
    }

    @Test
    void aNodeOfFourIsShownWithItsFreePlaces() {
        serve(staged(4));
        open();
        assertThat(text("node")).isEqualTo(StagedNode.NAME);
        assertThat(text("health")).isEqualTo("DEGRADED");
        assertThat(text("reasons")).contains("is quarantined with", "looked for again within 30 s");
        assertThat(text("enis-count")).isEqualTo("4 of at most 6");
        assertThat(text("legend")).contains("2 in use", "1 ready", "1 quarantined", "2 empty");
        assertThat(count("#slots li")).isEqualTo(6);
        assertThat(
                        read(
                                "[...document.querySelectorAll('#slots .state')].every(e => e.textContent.length > 0 && e.querySelector('svg'))"))
                .as("each state is told by a word and a shape")
                .isEqualTo(true);
        assertThat(text("operation-rows")).contains("ADD_MOVE_IN", "DEL_RETURN_TO_HOST", "1.3 s");
        assertThat(text("call-rows")).contains("attach", "THROTTLED");
        assertThat(text("budgets")).contains("mutations left", "20 of 20, +2/s", "12 of 128, +13/min");
        assertThat(text("fresh")).startsWith("refreshed ");
        assertNoErrors();
    }

    @Test
    void aNodeOfSixtyFourIsShownWhole() {
        serve(staged(64));
        open();
        assertThat(count("#slots li")).isEqualTo(64);
        for (String state : List.of("IN_USE", "READY", "RECYCLING", "ATTACHING", "DETACHING", "QUARANTINED")) {
            assertThat(count("#slots ." + state)).as(state).isNotEqualTo(0);
        }
        assertThat(text("operations-count")).isEqualTo("15, of which 9 wait for an ENI");
        assertThat(text("operation-rows")).contains("waits for an ENI, place 9", "has not begun", "cloud call");
        assertThat(count("#eni-rows tr")).isEqualTo(64);
        assertNoErrors();
    }

    @ParameterizedTest
    @CsvSource({"4, 1280", "64, 1280", "64, 1920", "64, 700", "4, 360", "64, 360"})
    void nothingOverflowsAtAnyWidth(int enis, int width) {
        browser.showAs(width, 900, "light");
        serve(staged(enis));
        open();
        browser.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)");
        assertThat(read("document.documentElement.scrollWidth")).isEqualTo(width);
        assertThat(
                        read(
                                "[...document.querySelectorAll('#slots .state')].filter(e => e.scrollWidth > e.clientWidth).length"))
                .as("states that are cut off")
                .isEqualTo(0);
    }

    /** WCAG 2: 4.5 to 1 for text, whatever it stands on. */
    @ParameterizedTest
    @CsvSource({"4, light", "4, dark", "64, light", "64, dark"})
    void everyTextCanBeRead(int enis, String scheme) throws IOException {
        browser.showAs(1280, 1000, scheme);
        serve(staged(enis));
        open();
        browser.evaluate("document.querySelector('button.slot').click()");
        browser.awaitThat("document.querySelectorAll('#steps tr').length > 0");
        browser.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)");
        assertThat((List<?>) read(Files.readString(Path.of("src/test/resources/contrast.js"))))
                .isEmpty();
        assertNoErrors();
    }

    @Test
    void whateverCanBeUsedHasANameAndAKey() {
        serve(staged(64));
        open();
        assertThat(read("document.documentElement.lang")).isEqualTo("en");
        assertThat(count("h1")).isEqualTo(1);
        assertThat(count("main")).isEqualTo(1);
        assertThat(read(
                        "[...document.querySelectorAll('button, input, summary, a')].filter(e => e.offsetParent !== null)"
                                + ".filter(e => !(e.getAttribute('aria-label') || e.textContent.trim()"
                                + " || (e.labels && e.labels.length))).map(e => e.outerHTML)"))
                .as("without a name")
                .isEqualTo(List.of());
        assertThat(
                        read(
                                "[...document.querySelectorAll('[onclick], .slot')].filter(e => e.localName !== 'button' && e.localName !== 'div').length"))
                .isEqualTo(0);
        assertThat(count("#slots div.slot[tabindex]"))
                .as("what does nothing is no stop of the keyboard")
                .isEqualTo(0);
        browser.press("Tab", 9, "");
        assertThat(read("document.activeElement.textContent")).isEqualTo("Skip the picture of the node");
        browser.press("Tab", 9, "");
        assertThat(read("document.activeElement.className")).isEqualTo("slot IN_USE");
        browser.press("Enter", 13, "\r");
        browser.awaitThat("document.querySelectorAll('#slots [aria-pressed=true]').length === 1");
    }

    @Test
    void theTimelineOfAPodIsThereByAClickAndByItsName() {
        serve(staged(4));
        open();
        browser.evaluate("document.querySelector('button.slot').click()");
        browser.awaitThat("document.querySelectorAll('#steps tr').length === 9");
        assertThat(text("steps")).contains("ADD_WAIT", "2140 ms", "9.87 ms", "DEL_RETURN_TO_HOST", "DeviceException");
        String pod = String.valueOf(read("document.getElementById('pod').value"));
        assertThat(pod).startsWith("shop/checkout-");

        browser.evaluate("document.getElementById('pod').focus(); document.getElementById('pod').select()");
        browser.type("shop/unknown");
        browser.press("Enter", 13, "\r");
        browser.awaitThat(
                "document.getElementById('timeline-hint').textContent === 'Nothing is known of shop/unknown.'");
        browser.evaluate("document.getElementById('pod').select()");
        browser.type("shop/<img src=x onerror=window.hacked=1>");
        browser.press("Enter", 13, "\r");
        browser.awaitThat("document.getElementById('timeline-hint').textContent.includes('only letters, digits')");
        assertThat(read("String(window.hacked)")).isEqualTo("undefined");

        browser.evaluate("document.getElementById('pod').select()");
        browser.type(pod);
        browser.press("Enter", 13, "\r");
        browser.awaitThat("document.querySelectorAll('#steps tr').length === 9");
    }

    @Test
    void aRefreshMovesNoFocus() {
        InMemoryManager manager = staged(4);
        serve(manager);
        open();
        browser.evaluate(
                "document.querySelectorAll('button.slot')[1].focus(); window.before = document.activeElement; document.getElementById('fresh').dataset.seen = 1");
        manager.setHealth(Health.healthy());
        browser.awaitThat("document.getElementById('health').textContent === 'HEALTHY'");
        assertThat(read("document.activeElement === window.before && document.activeElement.localName === 'button'"))
                .isEqualTo(true);
        assertThat(read("document.getElementById('why').hidden")).isEqualTo(true);
    }

    @Test
    void anAgentThatIsAwayIsSaidToBeAndFoundAgain() {
        serve(staged(4));
        open();
        stop();
        browser.awaitThat("!document.getElementById('away').hidden");
        assertThat(text("away-text"))
                .contains("No answer from the agent for", "Endpoints keep their network", "asked again every 2 s");
        assertThat(count("#slots li")).as("the last picture stays").isEqualTo(6);
        assertThat(text("say")).isEqualTo("The agent does not answer.");
        serve(staged(64));
        browser.awaitThat(
                "document.getElementById('away').hidden && document.querySelectorAll('#slots li').length === 64");
        assertThat(text("say")).isEqualTo("The node is degraded.");
    }

    private String serveOnAPort(String token) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort(); // In a namespace of its own nothing else takes it.
        }
        Path file = Files.writeString(directory.resolve("token"), token);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        serve(staged(4), Map.of("agent.http.address", "127.0.0.1:" + port, "agent.http.token-file", file.toString()));
        return "http://127.0.0.1:" + port + "/";
    }

    @Test
    void onAPortTheBrowserAsksForTheTokenAndNoAddressHasIt() throws Exception {
        String token = "a-token-of-this-test-alone";
        String address = serveOnAPort(token);
        browser.logIn("anyone", token);
        browser.open(address);
        browser.awaitThat("document.querySelectorAll('#slots li').length === 6");
        browser.evaluate("document.querySelector('button.slot').click()");
        browser.awaitThat("document.querySelectorAll('#steps tr').length === 9");
        assertThat(read("location.href")).isEqualTo(address);
        assertThat(read(
                        "performance.getEntries().map(entry => entry.name).filter(name => name.includes('token-of')).length"
                                + " + localStorage.length + sessionStorage.length + document.cookie.length"))
                .isEqualTo(0);
        assertNoErrors();
    }

    @Test
    void onAPortAWrongTokenShowsNothing() throws Exception {
        String address = serveOnAPort("a-token-of-this-test-alone");
        browser.logIn("anyone", "another-token-altogether");
        browser.open(address);
        browser.awaitThat("location.href === '" + address + "' && document.readyState === 'complete'");
        assertThat(count("#slots")).isEqualTo(0);
        assertThat(String.valueOf(read("document.body.textContent"))).doesNotContain(StagedNode.NAME);
    }

    /** More than the rules for names allow: an agent that an attacker has replaced may answer so. */
    @Test
    void p18_whateverTheAgentTellsIsText() {
        serve(staged(4));
        String endpoint = "{\"namespace\":\"" + HOSTILE + "\",\"name\":\"" + HOSTILE
                + "\",\"container\":\"c\",\"interface\":\"eth0\"}";
        browser.answerInstead("/v1/node", """
                {"node":"%1$s","at":"%1$s","health":{"status":"DEGRADED","reasons":["%1$s"],
                 "parts":[{"kind":"LOOP","name":"%1$s","activity":"%1$s","seconds":1,"standsStill":true}]},
                 "capacity":2,"enisUnknown":"%1$s",
                 "enis":[{"id":"%1$s","mac":"%1$s","ipv4":{"address":"%1$s","gateway":""},"subnet":"","number":1,
                          "state":"QUARANTINED","holder":%2$s,"reason":"%1$s"}],
                 "assignments":[{"endpoint":%2$s,"eni":"%1$s","mac":"","phase":"ADDED","netns":"%1$s","homeName":"%1$s","since":"%1$s"}],
                 "operations":[{"endpoint":%2$s,"operation":"%1$s","step":"%1$s","stepMillis":1,"millis":2}],
                 "clouds":[{"underWay":[{"call":"%1$s","subject":"%1$s","millis":1}],
                            "ended":[{"call":"%1$s","succeeded":1,"failed":1,"latestFailure":"%1$s"}],
                            "budgets":[{"name":"%1$s","left":1,"most":2,"perSecond":1}]}]}
                """.formatted(HOSTILE, endpoint));
        browser.answerInstead("/v1/timeline", """
                [{"at":"%1$s","operation":"%1$s","step":"%1$s","micros":5,"error":"%1$s"}]
                """.formatted(HOSTILE));
        open();
        browser.evaluate("document.querySelector('button.slot').click()");
        browser.awaitThat("document.querySelectorAll('#steps tr').length === 1");
        browser.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)");
        assertThat(text("reasons")).contains(HOSTILE);
        assertThat(text("steps")).contains(HOSTILE);
        assertThat(count("img, main b, main script")).isEqualTo(0);
        assertThat(read("String(window.hacked)")).isEqualTo("undefined");
        assertThat(read("document.documentElement.scrollWidth")).isEqualTo(1280);
        assertNoErrors();
    }

    @Test
    void whatDoesGetIntoThePageIsNotRun() {
        serve(staged(4));
        open();
        browser.evaluate(
                "(() => { const s = document.createElement('script'); try { s.text = 'window.hacked = 1'; } catch (e) { window.refused = 1; }"
                        + " document.body.append(s); })()");
        browser.evaluate(
                "(() => { try { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.hacked=1>'); }"
                        + " catch (e) { window.refusedToo = 1; } })()");
        assertThat(read("String(window.hacked)")).isEqualTo("undefined");
        assertThat(read("window.refusedToo")).isEqualTo(1);
        assertThat(read("fetch('http://example.invalid/').then(() => 'fetched', error => 'refused')"))
                .isEqualTo("refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4 light 1000x980", "4 dark 1000x980", "64 light 1280x1130", "64 dark 1280x1130"})
    void picturesForThePages(String picture) throws Exception {
        String[] words = picture.split("[ x]");
        int enis = Integer.parseInt(words[0]);
        browser.showAs(Integer.parseInt(words[2]), Integer.parseInt(words[3]), words[1]);
        serve(staged(enis));
        open();
        if (enis == 4) {
            browser.evaluate("document.querySelector('button.slot').click()");
            browser.awaitThat("document.querySelectorAll('#steps tr').length > 0");
        }
        browser.evaluate("window.scrollTo(0, 0); document.activeElement.blur()");
        byte[] png = SmallPng.of(browser.screenshot());
        assertThat(png).hasSizeLessThan(120_000);
        Path name = Path.of("status-" + enis + "-" + words[1] + ".png");
        Path target = System.getProperty("enim.docs.write") == null ? Path.of("target") : IMAGES;
        Files.write(Files.createDirectories(target).resolve(name), png);
        assertThat(IMAGES.resolve(name)).exists();
        assertNoErrors();
    }
}

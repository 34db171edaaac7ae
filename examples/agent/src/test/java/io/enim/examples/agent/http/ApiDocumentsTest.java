package io.enim.examples.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.AddRequest;
import io.enim.Assignment;
import io.enim.CheckReport;
import io.enim.Cidr;
import io.enim.CloudCalls;
import io.enim.Endpoint;
import io.enim.EniState;
import io.enim.GcReport;
import io.enim.GcRequest;
import io.enim.Health;
import io.enim.Heartbeat;
import io.enim.InterfaceName;
import io.enim.OperationStatus;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.Route;
import io.enim.TimelineEntry;
import io.enim.examples.agent.api.AssignmentView;
import io.enim.examples.agent.api.CheckView;
import io.enim.examples.agent.api.EniView;
import io.enim.examples.agent.api.GcView;
import io.enim.examples.agent.api.NodeView;
import io.enim.examples.agent.api.StatusView;
import io.enim.examples.agent.api.StepView;
import io.enim.examples.agent.testing.InMemoryManager;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The JSON documents of the operator's interface, field by field, and what the command line reads from them. */
class ApiDocumentsTest {
    private static final String CART = "{'namespace':'shop','name':'cart','container':'c1','interface':'net1'}";
    private static final String IPV4 = "{'address':'10.0.0.11/24','gateway':'10.0.0.1'}";
    private static final String IPV6 = "{'address':'2001:db8::11/64','gateway':'2001:db8::1'}";
    private static final Endpoint ENDPOINT = new Endpoint("shop", "cart", "c1", new InterfaceName("net1"));

    private final InMemoryManager manager = InMemoryManager.dualStack(2);

    /** The document has these fields in this order, and reading it gives the value back. */
    private static <T> void is(T value, Class<T> type, String expected) throws IOException {
        String body = HttpReply.json(value).body();
        assertThat(body.replaceAll("\\s", ""))
                .isEqualTo(expected.replace('\'', '"').replace(" ", ""));
        assertThat(JSON.std.beanFrom(type, body)).isEqualTo(value);
    }

    @Test
    void enis() throws IOException {
        manager.add(AddRequest.forEndpoint(ENDPOINT).build());
        is(
                EniView.of(manager.enis().get(0)),
                EniView.class,
                "{'id':'eni-1','mac':'02:00:5e:00:53:01','ipv4':" + IPV4 + ",'ipv6':" + IPV6
                        + ",'subnet':'subnet-1','number':1,'state':'IN_USE','holder':" + CART + "}");
        is(
                EniView.of(InMemoryManager.ipv4Only()
                        .enis()
                        .get(0)
                        .in(EniState.QUARANTINED, Optional.empty(), "it is broken")),
                EniView.class,
                "{'id':'eni-1','mac':'02:00:5e:00:53:01','ipv4':" + IPV4
                        + ",'subnet':'subnet-1','number':1,'state':'QUARANTINED','reason':'itisbroken'}");
    }

    @Test
    void assignments() throws IOException {
        Assignment bare = manager.add(AddRequest.forEndpoint(ENDPOINT).build());
        is(
                AssignmentView.of(bare),
                AssignmentView.class,
                "{'endpoint':" + CART + ",'eni':'eni-1','mac':'02:00:5e:00:53:01','ipv4':" + IPV4 + ",'ipv6':" + IPV6
                        + ",'phase':'ADDED','homeName':'ens0','since':'2026-01-01T00:00:00Z'}");
        Assignment full = manager.add(AddRequest.forEndpoint(Endpoint.of("shop", "mail", "c2"))
                .netns(Path.of("/run/netns/mail"))
                .route(Route.to(Cidr.parse("10.9.0.0/16")))
                .build());
        assertThat(HttpReply.json(AssignmentView.of(full)).body())
                .contains("\"netns\" : \"/run/netns/mail\"")
                .contains("\"netnsId\" : \"" + full.sandbox().orElseThrow().id() + "\"")
                .contains("\"routes\" : [ \"10.9.0.0/16\" ]");
    }

    @Test
    void checkAndHealth() throws IOException {
        is(
                CheckView.of(new CheckReport(ENDPOINT, List.of(new CheckReport.Difference("mtu", "9", "8")))),
                CheckView.class,
                "{'endpoint':" + CART + ",'ok':false,'differences':['mtu:expected9,found8']}");
        manager.setHealth(new Health(Health.Status.DEGRADED, List.of("slow")));
        manager.beat(new Heartbeat(Heartbeat.Kind.LOOP, "pool", "rests", Duration.ofSeconds(3), true));
        is(
                StatusView.of(manager.health(), manager.heartbeats()),
                StatusView.class,
                "{'status':'DEGRADED','reasons':['slow'],'parts':[{'kind':'LOOP','name':'pool','activity':'rests',"
                        + "'seconds':3,'standsStill':true}]}");
    }

    @Test
    void gc() throws IOException {
        GcReport.Finding dead = new GcReport.Finding(
                GcReport.Kind.DEAD_ENDPOINT,
                "shop/cart",
                Optional.of(ENDPOINT),
                Optional.of("eni-1"),
                "gone",
                "release",
                GcReport.Outcome.DRY_RUN,
                List.of("10.0.0.9/32"));
        GcReport.Finding doubt =
                new GcReport.Finding(GcReport.Kind.UNCERTAIN, "orphans", "no answer", "wait", GcReport.Outcome.SKIPPED);
        GcReport report =
                new GcReport(Instant.EPOCH, Duration.ofMillis(3), GcRequest.Mode.DRY_RUN, List.of(dead, doubt), 7);
        is(
                GcView.of(report),
                GcView.class,
                "{'mode':'DRY_RUN','started':'1970-01-01T00:00:00Z','millis':3,'examined':7,'findings':[{"
                        + "'kind':'DEAD_ENDPOINT','subject':'shop/cart','endpoint':" + CART + ",'eni':'eni-1',"
                        + "'evidence':'gone','action':'release','outcome':'DRY_RUN','remains':['10.0.0.9/32']},{"
                        + "'kind':'UNCERTAIN','subject':'orphans','evidence':'noanswer','action':'wait',"
                        + "'outcome':'SKIPPED'}]}");
    }

    @Test
    void timeline() throws IOException {
        is(
                StepView.of(
                        new TimelineEntry(Instant.EPOCH, "ADD", "move", Duration.ofNanos(1_234_567), Optional.empty())),
                StepView.class,
                "{'at':'1970-01-01T00:00:00Z','operation':'ADD','step':'move','micros':1234}");
        is(
                StepView.of(new TimelineEntry(Instant.EPOCH, "ADD", "move", Duration.ZERO, Optional.of("EPERM"))),
                StepView.class,
                "{'at':'1970-01-01T00:00:00Z','operation':'ADD','step':'move','micros':0,'error':'EPERM'}");
    }

    @Test
    void node() throws IOException {
        manager.operate(List.of(
                new OperationStatus(
                        ENDPOINT, "DEL", "move", Duration.ofMillis(5), Duration.ofMillis(70), OptionalInt.empty()),
                new OperationStatus(ENDPOINT, "ADD", "", Duration.ZERO, Duration.ofMillis(80), OptionalInt.empty())
                        .waitsAt(2, Duration.ofMillis(60))));
        manager.callCloud(new CloudCalls(
                List.of(
                        new CloudCalls.UnderWay("attach", "eni-1", Duration.ofMillis(7)),
                        new CloudCalls.UnderWay("describe", "", Duration.ZERO)),
                List.of(new CloudCalls.Ended("create", 3, 1, "THROTTLED"), new CloudCalls.Ended("describe", 9, 0, "")),
                List.of(new CloudCalls.Budget("mutations", 1.23456, 20, 2))));
        manager.allow(OptionalInt.empty());
        manager.loseEnis();
        is(
                NodeView.of(manager, manager.health(), "node-1", Instant.EPOCH),
                NodeView.class,
                "{'node':'node-1','at':'1970-01-01T00:00:00Z','health':{'status':'HEALTHY','reasons':[],'parts':[]},"
                        + "'enis':[],'assignments':[],'operations':[{'endpoint':" + CART
                        + ",'operation':'DEL','step':'move','stepMillis':5,'millis':70},{'endpoint':" + CART
                        + ",'operation':'ADD','step':'ADD_WAIT','stepMillis':60,'millis':80,'position':2}],"
                        + "'clouds':[{'underWay':[{'call':'attach','subject':'eni-1','millis':7},"
                        + "{'call':'describe','millis':0}],'ended':[{'call':'create','succeeded':3,'failed':1,"
                        + "'latestFailure':'THROTTLED'},{'call':'describe','succeeded':9,'failed':0}],'budgets':[{'name':'mutations','left':1.235,'most':20.0,"
                        + "'perSecond':2.0}]}]}");
        manager.allow(OptionalInt.of(8));
        assertThat(HttpReply.json(NodeView.of(manager, manager.health(), "node-1", Instant.EPOCH))
                        .body())
                .contains("\"capacity\" : 8");
    }

    @Test
    void aNodeWhoseProviderFailsIsShownAllTheSame() {
        manager.showEnisAs(eni -> {
            throw new RetryableProviderException(Refusal.UNAVAILABLE, "", "list ENIs: away");
        });
        NodeView node = NodeView.of(manager, manager.health(), "node-1", Instant.EPOCH);
        assertThat(node.enisUnknown()).contains("list ENIs: away");
        assertThat(node.enis()).isEmpty();
        assertThat(node.health().status()).isEqualTo(Health.Status.HEALTHY);
    }

    @Test
    void errors() {
        assertThat(HttpReply.error(409, "SupersededException", "a DEL came")
                        .body()
                        .replaceAll("\\s", ""))
                .isEqualTo("{\"error\":\"SupersededException\",\"message\":\"aDELcame\",\"retryable\":false}");
    }
}

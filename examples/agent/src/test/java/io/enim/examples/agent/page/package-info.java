/** The status page in a real browser. Entry: {@link io.enim.examples.agent.page.StatusPageIT}. */
package io.enim.examples.agent.page;

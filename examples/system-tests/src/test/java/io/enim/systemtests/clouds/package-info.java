@NullMarked
package io.enim.systemtests.clouds;

import org.jspecify.annotations.NullMarked;

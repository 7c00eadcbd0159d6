package io.kfac.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against values computed in 40-digit arithmetic. */
class DoubleKernelsTest {
    private static final double[] NONE = {};

    private static void assertClose(double actual, double expected, double relative) {
        assertThat(actual).isCloseTo(expected, within(relative * Math.abs(expected)));
    }

    @ParameterizedTest
    @CsvSource({"2, 2.126928011042972", "-40, 4.248354255291589e-18", "800, 800", "-800, 0", "0, 0.6931471805599453"})
    void softplus(double x, double expected) {
        assertClose(DoubleKernels.softplus(x), expected, 4e-16);
        assertClose(DoubleKernels.softplusMinus(x, 0), expected, 4e-16);
        assertClose(DoubleKernels.softplusMinus(-x, 1), expected, 4e-16);
    }

    @ParameterizedTest
    @CsvSource({
        "1e-9, 1.0000000000000000619e-9, 0.999999999999999999",
        "0.01, 0.0099996666799994605475, 0.99990000666628890857",
        "0.3, 0.29131261245159089566, 0.91513696182662920906",
        "0.624, 0.55390691920391455255, 0.69318712485802807587",
        "0.626, 0.55529175746419139731, 0.69165106409232963759",
        "1, 0.76159415595576488812, 0.41997434161402606939",
        "3, 0.99505475368673045133, 0.0098660371654401912732",
        "19, 0.99999999999999993722, 1.2556531168192117727e-16",
        "Infinity, 1, 0"
    })
    void tanh(double x, double expected, double slope) {
        double[] z = {x, -x};
        double[] s = new double[2];
        DoubleKernels.tanh(z, 0, s, 0, 2);
        assertClose(z[0], expected, 5e-16);
        assertThat(z[1]).isEqualTo(-z[0]);
        assertClose(s[0], slope, 2e-15);
        assertThat(s[1]).isEqualTo(s[0]);
        double[] alone = {x};
        DoubleKernels.tanh(alone, 0, NONE, 0, 1);
        assertThat(alone[0]).isEqualTo(z[0]);
    }

    @ParameterizedTest
    @CsvSource({
        "-37.5, -1.7270073785932330664e-306, -6.476271143055812623e-305",
        "-20, -5.5072482372124673902e-88, -1.1014360483133464042e-86",
        "-10, -7.619853024160526066e-23, -7.6184000964648140857e-22",
        "-5.25, -3.9926042711565749819e-7, -2.0913976638658620004e-6",
        "-3, -0.00404969409489028358, -0.011945647204183927",
        "-0.7517915246935645, -0.16997120747990366169, -6.4537517293677532197e-18",
        "-1e-3, -0.00049960105778608894781, 0.49920211570515859505",
        "0, 0, 0.5",
        "1e-8, 5.0000000398942281448e-9, 0.50000000797884560803",
        "0.3, 0.18537342665668578306, 0.7323277668271098549",
        "0.62, 0.45407008604923051726, 0.93646516220889112907",
        "1, 0.84134474606854294859, 1.0833154705876862984",
        "2.5, 2.4844758366855596621, 1.0376110859081452082",
        "6, 5.9999999940804741298, 1.0000000354687094539",
        "40, 40, 1",
        "Infinity, Infinity, 1",
        "-Infinity, 0, 0"
    })
    void gelu(double x, double expected, double slope) {
        double[] z = {x};
        double[] s = {0};
        DoubleKernels.gelu(z, 0, s, 0, 1);
        if (Double.isInfinite(expected)) {
            assertThat(z[0]).isEqualTo(expected);
        } else {
            assertClose(z[0], expected, 2e-15);
        }
        assertThat(s[0]).isCloseTo(slope, within(Math.max(4e-15 * Math.abs(slope), x > -1 ? 4e-16 : 0)));
        double[] alone = {x};
        DoubleKernels.gelu(alone, 0, NONE, 0, 1);
        assertThat(alone[0]).isEqualTo(z[0]);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.5, 0.25",
        "2, 0.8807970779778824, 0.1049935854035065",
        "-2, 0.11920292202211757, 0.1049935854035065",
        "-40, 4.248354255291589e-18, 4.248354255291589e-18",
        "800, 1, 0"
    })
    void logistic(double x, double expected, double slope) {
        double[] z = {x};
        double[] s = {0};
        DoubleKernels.logistic(z, 0, s, 0, 1);
        assertClose(z[0], expected, 4e-16);
        assertClose(s[0], slope, 1e-15);
    }
}

"""exp, log, logistic and normal quantile with the same bits on every machine.

The C library's `exp` and `log` differ in the last bit between systems, and one such bit can turn
an accepted invitation into an ignored one. These use the operations that IEEE 754 defines to the
last bit (+ - * / sqrt, scaling by powers of two) in a fixed order. exp and log follow fdlibm (Sun
Microsystems, 1993: `e_exp.c`, `e_log.c`), with errors below one unit in the last place.
"""

from __future__ import annotations

import math

from sim.compiled import kernel

# ln 2 in two parts (Cody and Waite 1980): multiples of the first, up to 2**11 times, are exact.
_LN2_HIGH = float.fromhex("0x1.62e42feep-1")
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
_INVERSE_LN2 = float.fromhex("0x1.71547652b82fep+0")
_SQRT_HALF = float.fromhex("0x1.6a09e667f3bcdp-1")

_EXP_OVERFLOW = 709.782712893383973096
_EXP_UNDERFLOW = -745.13321910194110842
_EXP_EXACTLY_ONE = 2.0**-54

_P1 = 1.66666666666666019037e-01
_P2 = -2.77777777770155933842e-03
_P3 = 6.61375632143793436117e-05
_P4 = -1.65339022054652515390e-06
_P5 = 4.13813679705723846039e-08

_L1 = 6.666666666666735130e-01
_L2 = 3.999999999940941908e-01
_L3 = 2.857142874366239149e-01
_L4 = 2.222219843214978396e-01
_L5 = 1.818357216161805012e-01
_L6 = 1.531383769920937332e-01
_L7 = 1.479819860511658591e-01

# Coefficients of AS 241, highest power first.
_CENTRE_NUMERATOR = (
    2.5090809287301226727e3,
    3.3430575583588128105e4,
    6.7265770927008700853e4,
    4.5921953931549871457e4,
    1.3731693765509461125e4,
    1.9715909503065514427e3,
    1.3314166789178437745e2,
    3.3871328727963666080e0,
)
_CENTRE_DENOMINATOR = (
    5.2264952788528545610e3,
    2.8729085735721942674e4,
    3.9307895800092710610e4,
    2.1213794301586595867e4,
    5.3941960214247511077e3,
    6.8718700749205790830e2,
    4.2313330701600911252e1,
    1.0,
)
_TAIL_NUMERATOR = (
    7.74545014278341407640e-4,
    2.27238449892691845833e-2,
    2.41780725177450611770e-1,
    1.27045825245236838258e0,
    3.64784832476320460504e0,
    5.76949722146069140550e0,
    4.63033784615654529590e0,
    1.42343711074968357734e0,
)
_TAIL_DENOMINATOR = (
    1.05075007164441684324e-9,
    5.47593808499534494600e-4,
    1.51986665636164571966e-2,
    1.48103976427480074590e-1,
    6.89767334985100004550e-1,
    1.67638483018380384940e0,
    2.05319162663775882187e0,
    1.0,
)
_FAR_TAIL_NUMERATOR = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    1.24266094738807843860e-3,
    2.65321895265761230930e-2,
    2.96560571828504891230e-1,
    1.78482653991729133580e0,
    5.46378491116411436990e0,
    6.65790464350110377720e0,
)
_FAR_TAIL_DENOMINATOR = (
    2.04426310338993978564e-15,
    1.42151175831644588870e-7,
    1.84631831751005468180e-5,
    7.86869131145613259100e-4,
    1.48753612908506148525e-2,
    1.36929880922735805310e-1,
    5.99832206555887937690e-1,
    1.0,
)


@kernel
def exp(x: float) -> float:
    """Exponential of `x`, within one unit in the last place.

    Parameters
    ----------
    x : float
        Any double. Above 709.78 the result is inf, below -745.13 it is 0, for nan it is nan.

    Returns
    -------
    float
        e**x: 2**k * e**r with x = k ln 2 + r and |r| <= ln(2)/2.
    """
    if x != x:
        return x
    if x > _EXP_OVERFLOW:
        return math.inf
    if x < _EXP_UNDERFLOW:
        return 0.0
    if abs(x) < _EXP_EXACTLY_ONE:
        return 1.0
    k = int(x * _INVERSE_LN2 + (0.5 if x > 0.0 else -0.5))
    high = x - k * _LN2_HIGH
    low = k * _LN2_LOW
    r = high - low
    t = r * r
    c = r - t * (_P1 + t * (_P2 + t * (_P3 + t * (_P4 + t * _P5))))
    mantissa = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    # Two factors, because 2**k alone may lie outside the doubles where the product does not. The
    # first product is exact; a result too small to be normal is rounded once, by the second.
    half = k // 2
    return mantissa * math.ldexp(1.0, half) * math.ldexp(1.0, k - half)


@kernel
def log(x: float) -> float:
    """Natural logarithm of `x`, within one unit in the last place.

    Parameters
    ----------
    x : float
        Any double. For 0 the result is -inf, below 0 it is nan, for inf and nan it is `x`.

    Returns
    -------
    float
        ln(x): k ln 2 + ln(m) with x = 2**k m and sqrt(1/2) <= m < sqrt(2).
    """
    if x == 0.0:
        return -math.inf
    if x < 0.0:
        return math.nan
    if x != x or x == math.inf:
        return x
    mantissa, k = math.frexp(x)
    if mantissa < _SQRT_HALF:
        mantissa = 2.0 * mantissa
        k = k - 1
    f = mantissa - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    series = w * (_L2 + w * (_L4 + w * _L6)) + z * (_L1 + w * (_L3 + w * (_L5 + w * _L7)))
    half_square = 0.5 * f * f
    return k * _LN2_HIGH - ((half_square - (s * (half_square + series) + k * _LN2_LOW)) - f)


@kernel
def logistic(x: float) -> float:
    """Logistic function 1 / (1 + e**-x), without overflow for any `x`.

    Parameters
    ----------
    x : float
        Log-odds.

    Returns
    -------
    float
        Probability in [0, 1].
    """
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    odds = exp(x)
    return odds / (1.0 + odds)


@kernel
def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    """Polynomial with the coefficient of the highest power first, by Horner's rule."""
    value = 0.0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


@kernel
def normal_quantile(q: float) -> float:
    """Quantile of the standard normal distribution at 1/2 + q.

    Algorithm AS 241, PPND16 (Wichura 1988, Applied Statistics 37:477-484,
    doi:10.2307/2347330), with a relative error of about 1e-16.

    Parameters
    ----------
    q : float
        Probability less one half, -1/2 < q < 1/2. Centred, because the distances to 0 and to 1 are
        then both exact.

    Returns
    -------
    float
        z with P(Z <= z) = 1/2 + q.
    """
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _polynomial(_CENTRE_NUMERATOR, r) / _polynomial(_CENTRE_DENOMINATOR, r)
    r = math.sqrt(-log(0.5 - abs(q)))
    if r <= 5.0:
        r = r - 1.6
        z = _polynomial(_TAIL_NUMERATOR, r) / _polynomial(_TAIL_DENOMINATOR, r)
    else:
        r = r - 5.0
        z = _polynomial(_FAR_TAIL_NUMERATOR, r) / _polynomial(_FAR_TAIL_DENOMINATOR, r)
    return -z if q < 0.0 else z

using System.Globalization;
using System.Text.Json;

namespace Vesper;

/// <summary>
/// A JSON number as filters see it: exact within the 64-bit integers, a 64-bit float otherwise. Numbers compare by
/// value,
/// so 1 equals 1.0, and 2^53 + 1 does not equal 2^53 as a float.
/// </summary>
/// <remarks>A float without fraction in the range of the integers is held as the integer; −0 is 0. NaN cannot
/// occur.</remarks>
internal readonly struct NumericValue : IEquatable<NumericValue>, IComparable<NumericValue>
{
    private const double IntegerEnd = 9223372036854775808.0;

    private readonly long _integer;
    private readonly double _float;

    private NumericValue(long integer, double real, bool isInteger)
    {
        _integer = integer;
        _float = real;
        IsInteger = isInteger;
    }

    /// <summary>Whether it is a whole number within Int64.</summary>
    public bool IsInteger { get; }

    /// <summary>The number; only when <see cref="IsInteger"/>.</summary>
    public long Integer => IsInteger ? _integer : throw new InvalidOperationException("Not an integer.");

    /// <summary>The number, rounded to the nearest float when it is an integer.</summary>
    public double Float => IsInteger ? _integer : _float;

    public static NumericValue Of(long value) => new(value, 0, true);

    /// <summary>The value of a float that is not NaN.</summary>
    public static NumericValue Of(double value)
    {
        if (double.IsNaN(value))
        {
            throw new SchemaException("filter", "NaN is not a number to compare with");
        }

        var isInteger = value >= -IntegerEnd && value < IntegerEnd && value == Math.Floor(value);
        return isInteger ? Of((long)value) : new NumericValue(0, value, false);
    }

    /// <summary>
    /// The number at the reader. Written as an integer in range it is exact, else it is the nearest float.
    /// </summary>
    public static NumericValue Read(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var integer))
        {
            return Of(integer);
        }

        return Of(reader.TryGetDouble(out var real) ? real : Overflow(reader.ValueSpan));
    }

    /// <summary>Whether the float nearest to it is it.</summary>
    public bool TryGetExactFloat(out double value)
    {
        value = Float;
        return !IsInteger || (value < IntegerEnd && (long)value == _integer);
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        if (IsInteger)
        {
            writer.WriteNumberValue(_integer);
        }
        else
        {
            writer.WriteNumberValue(_float);
        }
    }

    public int CompareTo(NumericValue other)
    {
        if (IsInteger && other.IsInteger)
        {
            return _integer.CompareTo(other._integer);
        }

        if (IsInteger)
        {
            return CompareWithFloat(_integer, other._float);
        }

        return other.IsInteger ? -CompareWithFloat(other._integer, _float) : _float.CompareTo(other._float);
    }

    public bool Equals(NumericValue other) =>
        IsInteger == other.IsInteger && _integer == other._integer && _float.Equals(other._float);

    public override bool Equals(object? obj) => obj is NumericValue other && Equals(other);

    public override int GetHashCode() => IsInteger ? _integer.GetHashCode() : _float.GetHashCode();

    public override string ToString() => IsInteger
        ? _integer.ToString(CultureInfo.InvariantCulture)
        : _float.ToString("R", CultureInfo.InvariantCulture);

    // The float has a fraction or lies outside the integers, so they are never equal.
    private static int CompareWithFloat(long integer, double real)
    {
        if (real >= IntegerEnd)
        {
            return -1;
        }

        return real < -IntegerEnd || integer > (long)Math.Floor(real) ? 1 : -1;
    }

    private static double Overflow(ReadOnlySpan<byte> text) =>
        text[0] == (byte)'-' ? double.NegativeInfinity : double.PositiveInfinity;
}

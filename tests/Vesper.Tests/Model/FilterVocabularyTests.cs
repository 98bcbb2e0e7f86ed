using System.Text;
using System.Text.Json;

namespace Vesper.Tests.Model;

/// <summary>Numbers and date-times as filters see them.</summary>
public sealed class FilterVocabularyTests
{
    [Fact]
    public void NumbersOrderByValue()
    {
        string[][] ascending =
        [
            ["-1e999"], ["-1e300"], ["-9223372036854775809e1"], ["-9223372036854775808", "-9223372036854775808.0"],
            ["-9007199254740993"], ["-9007199254740992", "-9007199254740992.0"], ["-1.5"], ["-1", "-1.0", "-10e-1"],
            ["0", "-0", "0.0", "-0.0", "0e9"], ["5e-324"], ["0.5"], ["1", "1.0", "1E0"], ["1.5", "15e-1"],
            ["1000", "1e3"],
            ["9007199254740992", "9007199254740992.0"], ["9007199254740993"], ["9223372036854775807"],
            ["9223372036854775808", "9223372036854775807.0", "9.223372036854775808e18"],
            ["18446744073709551615"], ["1e300"], ["1e999"],
        ];
        for (var i = 0; i < ascending.Length; i++)
        {
            for (var j = 0; j < ascending.Length; j++)
            {
                foreach (var x in ascending[i].Select(Number))
                {
                    foreach (var y in ascending[j].Select(Number))
                    {
                        Assert.Equal(Math.Sign(i.CompareTo(j)), Math.Sign(x.CompareTo(y)));
                        Assert.Equal(i == j, x.Equals(y));
                        Assert.True(i != j || x.GetHashCode() == y.GetHashCode());
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData("2024-02-29T12:30:00Z", "2024-02-29T12:30:00.0000000Z")]
    [InlineData("2024-02-29t12:30:00z", "2024-02-29T12:30:00.0000000Z")]
    [InlineData("2024-02-29 12:30:00+00:00", "2024-02-29T12:30:00.0000000Z")]
    [InlineData("2024-02-29T12:30:00-23:59", "2024-03-01T12:29:00.0000000Z")]
    [InlineData("2024-02-29T12:30:00.123456789+01:30", "2024-02-29T11:00:00.1234567Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("9999-12-31T23:59:59.9999999999Z", "9999-12-31T23:59:59.9999999Z")]
    public void DateTimesAreRead(string text, string utc)
    {
        Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var ticks));
        Assert.Equal(utc, new DateTime(ticks, DateTimeKind.Utc).ToString("O"));
        Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(Rfc3339.Format(ticks)), out var again));
        Assert.Equal(ticks, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-02-29")]
    [InlineData("2024-02-29T12:30Z")]
    [InlineData("2024-02-29T12:30:00")]
    [InlineData("2023-02-29T12:30:00Z")]
    [InlineData("2024-00-01T00:00:00Z")]
    [InlineData("2024-13-01T00:00:00Z")]
    [InlineData("2024-01-00T00:00:00Z")]
    [InlineData("2024-01-01T24:00:00Z")]
    [InlineData("2024-01-01T00:60:00Z")]
    [InlineData("2024-01-01T00:00:60Z")]
    [InlineData("2024-01-01T00:00:00.Z")]
    [InlineData("2024-01-01T00:00:00.5")]
    [InlineData("2024-01-01T00:00:00+24:00")]
    [InlineData("2024-01-01T00:00:00+0100")]
    [InlineData("2024-01-01\u000000:00:00Z")]
    [InlineData("2024-01-01T00:00:00ZZ")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("+024-01-01T00:00:00Z")]
    public void OtherTextIsNotADateTime(string text) =>
        Assert.False(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out _));

    private static NumericValue Number(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        reader.Read();
        return NumericValue.Read(ref reader);
    }
}

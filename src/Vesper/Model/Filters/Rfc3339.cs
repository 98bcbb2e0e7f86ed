using System.Globalization;

namespace Vesper;

/// <summary>
/// Date-times of RFC 3339: "2024-02-29T12:30:00Z", with a fraction of a second and an offset, in UTC ticks of 100 ns.
/// Digits beyond the seventh of a fraction are cut; leap seconds, and instants outside the years 1 to 9999 UTC, are not
/// date-times.
/// </summary>
internal static class Rfc3339
{
    private const int ShortestBytes = 20;
    private const int FractionDigits = 7;

    /// <summary>Reads ASCII text; false when it is anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < ShortestBytes
            || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':'
            || text[10] is not ((byte)'T' or (byte)'t' or (byte)' '))
        {
            return false;
        }

        if (!TryDate(text, out var days) || !TryTime(text, out var seconds))
        {
            return false;
        }

        var rest = text[19..];
        if (!TryFraction(ref rest, out var fraction) || !TryOffset(rest, out var offsetMinutes))
        {
            return false;
        }

        ticks = (days * TimeSpan.TicksPerDay) + (seconds * TimeSpan.TicksPerSecond) + fraction
            - (offsetMinutes * TimeSpan.TicksPerMinute);
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
    }

    /// <summary>The text of an instant, in UTC.</summary>
    public static string Format(long ticks) =>
        new DateTime(ticks, DateTimeKind.Utc)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static bool TryDate(ReadOnlySpan<byte> text, out long days)
    {
        days = 0;
        if (!TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month)
            || !TryDigits(text[8..10], out var day)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        days = new DateTime(year, month, day).Ticks / TimeSpan.TicksPerDay;
        return true;
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        if (!TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute)
            || !TryDigits(text[17..19], out var second) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        seconds = (((hour * 60L) + minute) * 60) + second;
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, out long ticks)
    {
        ticks = 0;
        if (rest[0] != '.')
        {
            return true;
        }

        var digits = 1;
        while (digits < rest.Length && char.IsAsciiDigit((char)rest[digits]))
        {
            digits++;
        }

        for (var i = 1; i <= FractionDigits; i++)
        {
            ticks = (ticks * 10) + (i < digits ? rest[i] - '0' : 0);
        }

        rest = rest[digits..];
        return digits > 1;
    }

    private static bool TryOffset(ReadOnlySpan<byte> rest, out long minutes)
    {
        minutes = 0;
        if (rest.Length == 1)
        {
            return (rest[0] | 0x20) == 'z';
        }

        if (rest.Length != 6 || rest[0] is not ((byte)'+' or (byte)'-') || rest[3] != ':'
            || !TryDigits(rest[1..3], out var hour) || !TryDigits(rest[4..], out var minute)
            || hour > 23 || minute > 59)
        {
            return false;
        }

        minutes = ((hour * 60L) + minute) * (rest[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}

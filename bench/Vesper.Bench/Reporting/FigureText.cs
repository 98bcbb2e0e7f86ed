using System.Globalization;

namespace Vesper.Bench.Reporting;

/// <summary>How names of figures and their values are written for a reader; the unit is the end of the name.</summary>
internal static class FigureText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    private static readonly (string End, string Unit)[] Units =
    [
        ("_bytes_per_s", "GB/s"), ("_gb_per_s", "GB/s"), ("_mb_per_s", "MB/s"), ("_gflop_per_s", "GFLOP/s"),
        ("_per_s", "/s"), ("_per_row", "B/row"), ("_bytes", "MiB"), ("_ms", "ms"), ("_us", "µs"),
        ("_ns", "ns"), ("_s", "s"),
    ];

    private static readonly Dictionary<string, string> Known = new()
    {
        ["qps"] = "QPS",
        ["batch_qps"] = "QPS in batches",
        ["ef_construction"] = "efConstruction",
        ["peak_rss"] = "peak memory",
        ["bytes_per_row"] = "bytes a row",
        ["time_ratio"] = "time against none",
        ["rss"] = "resident memory",
    };

    /// <summary>A parameter's value as it was measured.</summary>
    public static string Parameter(object value) => value is bool yes
        ? yes ? "true" : "false"
        : Convert.ToString(value, Culture) ?? "";

    /// <summary>A parameter's value in the unit of its heading, for a reader.</summary>
    public static string Setting(string name, object value) => value switch
    {
        long or int when UnitOf(name).Length > 0 => Value(name, Convert.ToDouble(value, Culture)),
        long or int => Convert.ToInt64(value, Culture).ToString("#,0", Culture),
        double share when share < 1 => share.ToString("0.######", Culture),
        _ => Parameter(value),
    };

    /// <summary>A figure's name with its unit, as a heading.</summary>
    public static string Heading(string name)
    {
        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        var (stem, unit) = Split(name);
        var words = Words(stem);
        return unit switch
        {
            "" => words,
            "/s" => $"{words}/s",
            _ when words.Length == 0 => unit,
            _ => $"{words} ({unit})",
        };
    }

    /// <summary>A name without its unit, as words.</summary>
    public static string Words(string name)
    {
        var stem = Split(name).Stem;
        return Known.TryGetValue(stem, out var known) ? known
            : stem.StartsWith("recall_", StringComparison.Ordinal) ? "recall@" + stem["recall_".Length..]
            : stem.Replace('_', ' ');
    }

    /// <summary>The unit that values of a figure are shown in; empty for none.</summary>
    public static string UnitOf(string name) => Split(name).Unit;

    /// <summary>A figure's value in the unit of its heading, without it.</summary>
    public static string Value(string name, double value) => name.StartsWith("recall", StringComparison.Ordinal)
        ? value.ToString("0.0000", Culture)
        : Number(Scaled(name, value));

    /// <summary>A figure's value with a unit that suits it.</summary>
    public static string ValueAndUnit(string name, double value)
    {
        var unit = UnitOf(name);
        if (unit == "s" && Math.Abs(value) is > 0 and < 0.1)
        {
            return Number(value * 1_000) + " ms";
        }

        return Value(name, value) + (unit.Length == 0 || unit == "/s" ? unit : " " + unit);
    }

    /// <summary>A number of three digits, or of all before the point.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 99.95 => value.ToString("#,0", Culture),
        >= 9.995 => value.ToString("0.0", Culture),
        >= 0.9995 => value.ToString("0.00", Culture),
        >= 0.0009995 => value.ToString("0.000", Culture),
        >= 0.0000009995 => double.Parse(value.ToString("G3", Culture), Culture).ToString("0.#########", Culture),
        _ => value.ToString("0.##E+0", Culture),
    };

    /// <summary>A number that an axis bears: 20k, 1.5M.</summary>
    public static string Short(double value) => Math.Abs(value) switch
    {
        >= 1e9 => (value / 1e9).ToString("0.##", Culture) + "G",
        >= 1e6 => (value / 1e6).ToString("0.##", Culture) + "M",
        >= 1e3 => (value / 1e3).ToString("0.##", Culture) + "k",
        >= 1 or 0 => value.ToString("#,0.##", Culture),
        _ => value.ToString("0.####", Culture),
    };

    /// <summary>A recall that was chosen, not measured: without needless digits.</summary>
    public static string Recall(double recall) => recall.ToString("0.###", Culture);

    /// <summary>How often one thing is another.</summary>
    public static string Ratio(double ratio) =>
        (ratio >= 0.1 ? ratio.ToString("#,0.00", Culture) : Number(ratio)) + "×";

    /// <summary>A share as per cent.</summary>
    public static string Percent(double share) => Math.Abs(share) switch
    {
        0 => "0 %",
        < 0.0995 => (share * 100).ToString("0.0", Culture) + " %",
        _ => (share * 100).ToString("0", Culture) + " %",
    };

    /// <summary>A value in the unit that it is shown in.</summary>
    public static double Scaled(string name, double value) => Split(name).Unit switch
    {
        "MiB" => value / (1 << 20),
        "GB/s" when name.EndsWith("_bytes_per_s", StringComparison.Ordinal) => value / 1e9,
        _ => value,
    };

    private static (string Stem, string Unit) Split(string name)
    {
        foreach (var (end, unit) in Units)
        {
            if (name.EndsWith(end, StringComparison.Ordinal))
            {
                return (name[..^end.Length], unit);
            }

            if (name == end[1..] && unit != "s")
            {
                return ("", unit);
            }
        }

        return (name, "");
    }
}

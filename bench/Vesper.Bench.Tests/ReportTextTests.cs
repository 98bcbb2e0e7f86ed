using Vesper.Bench.Reporting;

namespace Vesper.Bench.Tests;

/// <summary>Figures are shown in a unit and with the digits that a reader can use.</summary>
public sealed class ReportTextTests
{
    [Theory]
    [InlineData("qps", "QPS")]
    [InlineData("p99_ms", "p99 (ms)")]
    [InlineData("build_s", "build (s)")]
    [InlineData("peak_rss_bytes", "peak memory (MiB)")]
    [InlineData("file_graph_per_row", "file graph (B/row)")]
    [InlineData("recall_10", "recall@10")]
    [InlineData("points_per_s", "points/s")]
    [InlineData("mb_per_s", "MB/s")]
    [InlineData("one_stream_gb_per_s", "one stream (GB/s)")]
    [InlineData("gflop_per_s", "GFLOP/s")]
    [InlineData("ef_construction", "efConstruction")]
    [InlineData("s", "s")]
    public void A_heading_has_words_and_a_unit(string name, string heading) =>
        Assert.Equal(heading, FigureText.Heading(name));

    [Theory]
    [InlineData("index_bytes", 3 << 20, "3.00 MiB")]
    [InlineData("recall_10", 0.95, "0.9500")]
    [InlineData("qps", 12345.6, "12,346")]
    [InlineData("p50_ms", 0.1234, "0.123 ms")]
    [InlineData("points_per_s", 0, "0/s")]
    [InlineData("read_bytes_per_s", 11.2e9, "11.2 GB/s")]
    [InlineData("wait_s", 12.34, "12.3 s")]
    [InlineData("wait_s", 0.01234, "12.3 ms")]
    [InlineData("wait_s", 0.0000001234, "0.000123 ms")]
    [InlineData("wait_ms", 0.0000001234, "1.23E-7 ms")]
    [InlineData("overhead", 99.96, "100")]
    public void A_value_has_three_digits(string name, double value, string text) =>
        Assert.Equal(text, FigureText.ValueAndUnit(name, value));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.05, "0.05")]
    [InlineData(500, "500")]
    [InlineData(1_500, "1.5k")]
    [InlineData(2e6, "2M")]
    public void An_axis_has_short_numbers(double value, string text) => Assert.Equal(text, FigureText.Short(value));

    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(0.0213, "2.1 %")]
    [InlineData(0.5, "50 %")]
    public void A_share_is_per_cent(double share, string text) => Assert.Equal(text, FigureText.Percent(share));

    [Theory]
    [InlineData(1.004, "1.00×")]
    [InlineData(0.96, "0.96×")]
    [InlineData(0.0123, "0.012×")]
    [InlineData(1234.5, "1,234.50×")]
    public void A_ratio_has_two_digits(double ratio, string text) => Assert.Equal(text, FigureText.Ratio(ratio));
}

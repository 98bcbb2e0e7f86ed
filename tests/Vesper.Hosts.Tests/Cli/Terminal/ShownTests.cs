using Vesper.Cli.Terminal;

namespace Vesper.Hosts.Tests.Cli.Terminal;

public sealed class ShownTests
{
    [Theory]
    [InlineData("plain ä \u2028 text", "plain ä \u2028 text")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("\0\a\t\u007f\u009b", "\\u0000\\u0007\\u0009\\u007f\\u009b")]
    public void ControlCharactersAreShownAndNotObeyed(string text, string shown) =>
        Assert.Equal(shown, Shown.Harmless(text));

    [Fact]
    public void NoCellOrLineCarriesThem()
    {
        using var writer = new StringWriter();
        var console = Output.MakePlainConsole(writer);
        var payload = Payload.Parse("{\"k\\u009b\":\"a\\u001b[2J\\r\\nb\",\"l\":[\"\\u0007\"]}");
        console.Write(Tables.Make("a\u001b", "b", "c")
            .Add("x\u001by", Shown.Id("id\u001b\n"), Shown.Summary(payload))
            .Add("two\nlines", "", ""));
        console.Line("more\u001b[0m");
        var text = writer.ToString();
        Assert.DoesNotContain(text.ReplaceLineEndings(""), char.IsControl);
        string[] parts = ["x\\u001by", "id\\u001b\\u000a", "k\\u009b=a\\u001b[2J b", "more\\u001b[0m", "│ two "];
        Assert.All(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void ErrorsCarryNoneEither()
    {
        using var error = new StringWriter();
        using var json = new MemoryStream();
        new Output(Output.MakePlainConsole(error), json, error, null).WriteError("Schema", "key '\u001b]0;x\u0007'");
        Assert.Equal("error: key '\\u001b]0;x\\u0007'", error.ToString().TrimEnd());
    }
}

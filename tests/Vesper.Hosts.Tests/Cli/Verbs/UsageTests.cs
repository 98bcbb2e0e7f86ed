using System.Text.Json.Nodes;
using Vesper.Hosts.Tests.Cli.Files;

namespace Vesper.Hosts.Tests.Cli.Verbs;

[Collection(ToolInsideTheTestProcess.Name)]
public sealed class UsageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("create")]
    [InlineData("create c")]
    [InlineData("create c --dim 3")]
    [InlineData("create c --dim 0 --metric l2")]
    [InlineData("create c --dim 65537 --metric l2")]
    [InlineData("create c --dim 3 --metric l3")]
    [InlineData("create c --dim 3 --metric l2 --index tree")]
    [InlineData("create c --dim 3 --metric l2 --m 64 --ef-construction 32")]
    [InlineData("create c --dim 3 --metric l2 --payload-index a:colour")]
    [InlineData("create c --dim 3 --metric l2 --payload-index a")]
    [InlineData("create c --vector-field a:3")]
    [InlineData("create .c --dim 3 --metric l2")]
    [InlineData("create c/d --dim 3 --metric l2")]
    [InlineData("create c --dim 3 --metric l2 --field a/b")]
    [InlineData("create c --dim 3 --metric l2 --payload-index a..b:keyword")]
    [InlineData("create c --dim 3 --metric l2 --payload-index a[]:keyword")]
    [InlineData("create c --dim 3 --metric l2 --payload-index :keyword")]
    [InlineData("create c --dim 3 --metric l2 --payload-index a:keyword --payload-index a:integer")]
    [InlineData("create c --vector-field a/b:3:l2")]
    [InlineData("create c --vector-field a:65537:l2")]
    [InlineData("create c --vector-field a:3:l2 --vector-field a:4:l2")]
    [InlineData("create c --vector-field a:3:l2 --field b")]
    [InlineData("index add c a.:keyword")]
    [InlineData("index add c a:keyword --field b")]
    [InlineData("import c")]
    [InlineData("import c --vectors x.fbin --durability often")]
    [InlineData("import c --vectors x.fbin --durability interval:0")]
    [InlineData("import c --vectors x.fbin --batch 0")]
    [InlineData("import c --vectors x.fbin --skip -1")]
    [InlineData("search c")]
    [InlineData("search c --text a --vector [1]")]
    [InlineData("search c --vector [1")]
    [InlineData("search c --vector {}")]
    [InlineData("search c --text a --k 0")]
    [InlineData("search c --text a --k 65537")]
    [InlineData("search c --text a --ef 0")]
    [InlineData("search c --text a --filter {")]
    [InlineData("search c --text a --ef 10 --exact")]
    [InlineData("search c --text a --offset -1")]
    [InlineData("search c --text a --offset 10 --k 65527")]
    [InlineData("search c --text a --threshold NaN")]
    [InlineData("search c --text a --threshold 1e99")]
    [InlineData("search c --text a --out x.ibin --with-vectors")]
    [InlineData("eval c --queries q.fbin --truth t.ibin --ef 10,x")]
    [InlineData("eval c --queries q.fbin --truth t.ibin --ef 10 --exact")]
    [InlineData("delete c")]
    [InlineData("delete c 1 --filter {\"must\":[]}")]
    [InlineData("set-payload c 1")]
    [InlineData("set-payload c 1 --payload []")]
    [InlineData("set-payload c 1 --clear --remove a")]
    [InlineData("set-payload c 1 --clear --overwrite")]
    [InlineData("get c")]
    [InlineData("index add c a:colour")]
    [InlineData("list --recovery perhaps")]
    [InlineData("delete c --dry-run 3")]
    [InlineData("delete c -3")]
    [InlineData("delete --dry-run c 3")]
    [InlineData("get c 3 --jsn")]
    [InlineData("drop --yes")]
    [InlineData("set-payload c 5 --overwite --payload {}")]
    [InlineData("set-payload c 5 --remove a --claer")]
    [InlineData("create c --dim 3 --metric l2 --payload-index a:keyword --indx:keyword")]
    [InlineData("create c --payload-index a:keyword --vectorfield x:3:l2")]
    public async Task WrongUsageIsExitCode2AndOneLine(string arguments)
    {
        var run = await CliRun.OfAsync(
            _folder.PathOf("none"), arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Directory.Exists(_folder.PathOf("none")));
    }

    [Fact]
    public async Task ADatabaseNeedsAName()
    {
        var run = await CliRun.OfAsync("", "list");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: --data: the database directory has no name", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task MoreThanTheLimitsIsRefusedBeforeADatabaseIsMade()
    {
        var fields = Enumerable.Range(0, Limits.VectorFields + 1).Select(i => $"f{i}:1:l2");
        var indexes = Enumerable.Range(0, Limits.PayloadIndexes + 1).Select(i => $"p{i}:bool");
        string[][] wrong =
        [
            ["create", "c", "--vector-field", .. fields],
            ["create", "c", "--dim", "1", "--metric", "l2", "--payload-index", .. indexes],
            ["create", "c", "--dim", "1", "--metric", "l2", "--payload-index", new string('x', 513) + ":bool"],
            ["create", new string('x', 129), "--dim", "1", "--metric", "l2"],
            ["create", "", "--dim", "1", "--metric", "l2"],
        ];
        foreach (var arguments in wrong)
        {
            var run = await CliRun.OfAsync(_folder.PathOf("none"), arguments);
            Assert.True(run.ExitCode == 2, run.Error);
            Assert.False(Directory.Exists(_folder.PathOf("none")));
        }
    }

    [Theory]
    [InlineData("delete c --dry-run 3", "'--dry-run'", "vesper delete --help")]
    [InlineData("create c --dim 3 --metric l2 --payload-index a:keyword --flat", "'--flat'", "vesper create --help")]
    [InlineData("index add c", "PATH:TYPE", "vesper index add --help")]
    [InlineData("index", "command", "vesper index --help")]
    public async Task WrongUsageNamesWhatIsWrongAndTheHelpOfItsVerb(string arguments, params string[] parts)
    {
        var run = await CliRun.OfAsync(_folder.PathOf("none"), arguments.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.All(parts, part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ErrorsAreJsonTooWhenAsked()
    {
        var run = await CliRun.OfAsync(_folder.PathOf("none"), "count", "c", "--json");
        Assert.Equal(1, run.ExitCode);
        var lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var error = JsonNode.Parse(lines[1])!["error"]!;
        Assert.Equal("NotFound", (string)error["code"]!);
        Assert.Equal($"error: {error["message"]}", lines[0]);
    }
}

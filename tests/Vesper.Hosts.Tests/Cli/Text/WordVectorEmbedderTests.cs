using Microsoft.Extensions.AI;
using Vesper.Cli.Files;
using Vesper.Cli.Text;
using Vesper.Hosts.Tests.Cli.Files;

namespace Vesper.Hosts.Tests.Cli.Text;

public sealed class WordVectorEmbedderTests : IDisposable
{
    private static readonly string TablePath = Path.Combine(
        AppContext.BaseDirectory, "samples", "debian-packages", "words.bin.gz");
    private static readonly Lazy<WordVectorEmbedder> Shipped = new(
        () => new WordVectorEmbedder(WordTable.Load(TablePath)));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Qt5's UTF-8", "qt s utf")]
    [InlineData("  ", "")]
    [InlineData("naïve", "na ve")]
    [InlineData("AZaz", "azaz")]
    public void SplitsIntoLetters(string text, string expected)
    {
        var words = new List<string>();
        WordTokenizer.Split(text, words, static (word, into) => into.Add(word.ToString()));
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), words);
    }

    [Fact]
    public void PassesOverRunsThatAreNoWords()
    {
        var words = new List<string>();
        WordTokenizer.Split(new string('a', 65) + " b", words, static (word, into) => into.Add(word.ToString()));
        Assert.Equal(["b"], words);
    }

    [Fact]
    public void TheMeanIsWeightedAndOfLengthOne()
    {
        var embedder = new WordVectorEmbedder(WordTable.Load(WriteTable()));
        var sum = new[] { 2 * 2 * 0.5 * 10, 3 * 0.25 * 8 };
        var length = Math.Sqrt((sum[0] * sum[0]) + (sum[1] * sum[1]));
        var embedding = embedder.Embed("Left, unknown right LEFT");
        Assert.Equal((float)(sum[0] / length), embedding[0]);
        Assert.Equal((float)(sum[1] / length), embedding[1]);
    }

    [Fact]
    public void OnlyUnknownWordsAreAnError()
    {
        var embedder = new WordVectorEmbedder(WordTable.Load(WriteTable()));
        var error = Assert.Throws<SchemaException>(() => embedder.Embed("up 12 down"));
        Assert.Contains("'up 12 down'", error.Message, StringComparison.Ordinal);
        Assert.Throws<SchemaException>(() => embedder.Embed(""));
    }

    [Fact]
    public async Task IsAnEmbeddingGenerator()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = Shipped.Value;
        var embeddings = await generator.GenerateAsync(
            ["a game of chess", "board games", "spectral analysis of genomes"],
            cancellationToken: TestContext.Current.CancellationToken);
        var vectors = embeddings.Select(embedding => embedding.Vector.ToArray()).ToList();
        Assert.All(vectors, vector => Assert.Equal(1, Dot(vector, vector), 1e-5));
        Assert.True(Dot(vectors[0], vectors[1]) > Dot(vectors[0], vectors[2]) + 0.1);
        Assert.Equal(100, generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
    }

    [Fact]
    public void TheShippedTableIsWhole()
    {
        var table = WordTable.Load(TablePath);
        Assert.Equal((30_866, 100), (table.Count, table.Dimensions));
        var known = table.TryAdd("computer", new double[100]);
        Assert.True(known);
    }

    [Fact]
    public void EveryTruncationAndForeignTableIsRefused()
    {
        var whole = File.ReadAllBytes(WriteTable());
        for (var length = 0; length < whole.Length; length++)
        {
            var path = _folder.Write("cut.bin", whole.AsSpan(0, length));
            Assert.Throws<CorruptDataException>(() => WordTable.Load(path));
        }

        Assert.Throws<CorruptDataException>(() => WordTable.Load(_folder.Write("long.bin", [.. whole, 0])));
        whole[8] = 200;
        Assert.Throws<CorruptDataException>(() => WordTable.Load(_folder.Write("count.bin", whole)));
        Assert.Throws<CorruptDataException>(() => WordTable.Load(_folder.Write("text.bin", new string('x', 400))));
        Assert.Throws<CorruptDataException>(() => WordTable.Load(_folder.Write("text.bin.gz", new string('x', 400))));
    }

    private static double Dot(float[] left, float[] right) => left.Zip(right, (a, b) => (double)a * b).Sum();

    // Two words in two dimensions: "left" along the first axis, "right" along the second.
    private string WriteTable()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("VWORDS1\0"u8);
        writer.Write(2);
        writer.Write(2);
        writer.Write(11);
        writer.Write("left\nright\n"u8);
        writer.Write(2f);
        writer.Write(3f);
        writer.Write(0.5f);
        writer.Write(0.25f);
        writer.Write([10, 0, 0, 8]);
        return _folder.Write("words.bin", stream.ToArray());
    }
}

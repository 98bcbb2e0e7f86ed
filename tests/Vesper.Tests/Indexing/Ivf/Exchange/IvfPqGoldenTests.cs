using Vesper.Indexing.Ivf.Exchange;

namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>The format's own files: the same answers, the same bytes.</summary>
public sealed class IvfPqGoldenTests
{
    private const double RelativeError = 1e-3;

    [Theory]
    [InlineData("plain-v10", null)]
    [InlineData("plain-v11", """{"dataset":"synthetic","owner":"interop","n":600}""")]
    [InlineData("opq-v11", """{"dataset":"synthetic"}""")]
    public void GoldenFilesLoad(string name, string? metadata)
    {
        IvfPqFileContent content = IvfPqGolden.Load(IvfPqGolden.File(name));
        Assert.Equal(new IvfPqShape(IvfPqGolden.Dimensions, 8, 4, 8), content.Model.Shape);
        Assert.Equal(IvfPqGolden.Rows, content.Vectors);
        Assert.Equal(metadata, content.Model.Metadata);
        Assert.Equal(name.StartsWith("opq", StringComparison.Ordinal), content.Model.Rotation is not null);
        Assert.Equal(
            Enumerable.Range(0, IvfPqGolden.Rows).Select(row => 1_000_000_000_000 + (3 * (ulong)row)),
            content.Lists.SelectMany(list => list.Ids).Order());
    }

    [Theory]
    [InlineData("plain-v10")]
    [InlineData("plain-v11")]
    [InlineData("opq-v11")]
    public void SearchAnswersWhatTheFirstImplementationAnswers(string name)
    {
        IvfPqFileContent content = IvfPqGolden.Load(IvfPqGolden.File(name));
        var vectors = IvfPqGolden.Vectors();
        (ulong Id, double Distance)[][] expected = IvfPqGolden.Expected(name);
        Assert.NotEmpty(expected);
        for (var query = 0; query < expected.Length; query++)
        {
            var vector = vectors.AsSpan(query * IvfPqGolden.Dimensions, IvfPqGolden.Dimensions);
            var all = IvfPqReferenceSearch.Search(content, vector, IvfPqGolden.Rows);
            var distances = all.ToDictionary(hit => hit.Id, hit => hit.Distance);
            for (var rank = 0; rank < expected[query].Length; rank++)
            {
                // Of two that are nearly as near, either may come first: each has its own distance, and the rank's.
                var (id, distance) = expected[query][rank];
                Assert.InRange(distances[id] / distance, 1 - RelativeError, 1 + RelativeError);
                Assert.InRange(all[rank].Distance / distance, 1 - RelativeError, 1 + RelativeError);
            }
        }
    }

    [Theory]
    [InlineData("plain-v10")]
    [InlineData("plain-v11")]
    [InlineData("opq-v11")]
    public void GoldenFilesAreWrittenBackByteForByte(string name)
    {
        var bytes = IvfPqGolden.File(name);
        var options = new IvfPqFileOptions { SaveV11 = !name.EndsWith("v10", StringComparison.Ordinal) };
        Assert.Equal(bytes, IvfPqGolden.Save(IvfPqGolden.Load(bytes), options));
    }

    [Fact]
    public void TheOlderLayoutHoldsTheSame()
    {
        IvfPqFileContent old = IvfPqGolden.Load(IvfPqGolden.File("plain-v10"));
        IvfPqFileContent now = IvfPqGolden.Load(IvfPqGolden.Save(old, new IvfPqFileOptions { SaveV11 = true }));
        IvfPqSpecimen.AssertEqual(old, now);
    }
}

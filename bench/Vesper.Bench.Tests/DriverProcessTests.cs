using System.Diagnostics;
using System.Text.Json.Nodes;
using Vesper.Bench.Drivers;

namespace Vesper.Bench.Tests;

/// <summary>Drivers that misbehave, each a line of shell.</summary>
public sealed class DriverProcessTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    public DriverProcessTests() =>
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs a shell");

    [Fact]
    public async Task An_answer_is_read()
    {
        await using var driver = Start("""read line; echo '{"ok":true,"n":5}'; cat >/dev/null""");
        var answer = await AskAsync(driver, Long);
        Assert.Equal(5, AnswerFields.Number(answer, "n"));
        var missing = Assert.Throws<DriverException>(() => AnswerFields.Number(answer, "qps"));
        Assert.Contains("'qps'", missing.Message);
    }

    [Fact]
    public async Task A_refusal_is_told_and_the_driver_goes_on()
    {
        await using var driver = Start(
            """read line; echo '{"ok":false,"error":"no such index"}'; read line; echo '{"ok":true}'""");
        var refused = await Assert.ThrowsAsync<DriverException>(() => AskAsync(driver, Long));
        Assert.True(refused.IsRefusal);
        Assert.Equal("fake refused 'hello': no such index", refused.Message);
        await AskAsync(driver, Long);
    }

    [Fact]
    public async Task A_driver_that_dies_is_told_with_its_last_words()
    {
        await using var driver = Start("read line; echo first >&2; echo 'out of memory' >&2; exit 7");
        var died = await Assert.ThrowsAsync<DriverException>(() => AskAsync(driver, Long));
        Assert.Equal("fake ended with exit code 7 during 'hello': first | out of memory", died.Message);
        Assert.False(died.IsNotSetUp);
    }

    [Fact]
    public async Task Exit_code_three_is_a_peer_that_is_not_set_up()
    {
        await using var driver = Start("echo 'run setup.sh' >&2; exit 3");
        var absent = await Assert.ThrowsAsync<DriverException>(() => AskAsync(driver, Long));
        Assert.True(absent.IsNotSetUp);
        Assert.Equal("not set up: run setup.sh", absent.Message);
    }

    [Theory]
    [InlineData("Loading...")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"ok\":1}")]
    [InlineData("{\"ok\":true")]
    [InlineData("")]
    public async Task Garbage_is_told_and_ends_the_driver(string answer)
    {
        await using var driver = Start($"read line; echo '{answer}'; sleep 600");
        var garbage = await Assert.ThrowsAsync<DriverException>(() => AskAsync(driver, Long));
        Assert.Equal($"fake answered 'hello' with garbage: {answer}", garbage.Message);
    }

    [Fact]
    public async Task A_driver_that_hangs_is_told_and_ended_with_what_it_started()
    {
        var file = Path.GetTempFileName();
        try
        {
            await using var driver = Start($"sleep 600 & echo $! > {file}; read line; wait");
            for (var i = 0; new FileInfo(file).Length == 0 && i < 500; i++)
            {
                await Task.Delay(20);
            }

            var hung = await Assert.ThrowsAsync<DriverException>(() => AskAsync(driver, TimeSpan.FromSeconds(0.3)));
            Assert.Equal("fake gave no answer to 'hello' within 0.3 s", hung.Message);
            var child = int.Parse(await File.ReadAllTextAsync(file));
            for (var i = 0; IsRunning(child) && i < 500; i++)
            {
                await Task.Delay(20);
            }

            Assert.False(IsRunning(child));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_program_that_is_not_there_is_told() => Assert.Contains(
        "does not start",
        Assert.Throws<DriverException>(() => DriverProcess.Start(
            new DriverSpec("fake", "/nowhere/run", [], new Dictionary<string, string?>()))).Message);

    private static DriverProcess Start(string script) =>
        DriverProcess.Start(new DriverSpec("fake", "/bin/sh", ["-c", script], new Dictionary<string, string?>()));

    private static Task<System.Text.Json.JsonElement> AskAsync(DriverProcess driver, TimeSpan limit) =>
        driver.AskAsync(new JsonObject { ["op"] = "hello" }, limit, CancellationToken.None);

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
